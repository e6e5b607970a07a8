import type {
  AutoGridProps,
  BoxProps,
  CardProps,
  DividerProps,
  FlexProps,
  InlineProps,
  SpacerProps,
  StackProps,
  TileProps,
} from '@hubspot/ui-extensions';
import { Divider as MantineDivider, Paper } from '@mantine/core';
import type { CSSProperties, ReactNode } from 'react';
import { pixelsOf } from './sizes.ts';

const JUSTIFY: Readonly<Record<string, string>> = {
  start: 'flex-start',
  center: 'center',
  end: 'flex-end',
  around: 'space-around',
  between: 'space-between',
};

const ALIGN: Readonly<Record<string, string>> = { start: 'flex-start', end: 'flex-end' };

const justifyOf = (value: string | undefined) => (value ? (JUSTIFY[value] ?? value) : undefined);
const alignOf = (value: string | undefined) => (value ? (ALIGN[value] ?? value) : undefined);

const FlexBox = ({ style, children }: { style: CSSProperties; children?: ReactNode }) => (
  <div style={{ display: 'flex', minWidth: 0, ...style }}>{children}</div>
);

const wrapOf = (wrap: FlexProps['wrap']) => (wrap === true ? 'wrap' : wrap === false ? 'nowrap' : wrap);

export const Flex = ({ gap, direction = 'row', justify, align, alignSelf, wrap, children }: FlexProps) => (
  <FlexBox
    style={{
      gap: pixelsOf(gap),
      flexDirection: direction,
      justifyContent: justifyOf(justify),
      alignItems: alignOf(align),
      alignSelf: alignOf(alignSelf),
      flexWrap: wrapOf(wrap),
    }}
  >
    {children}
  </FlexBox>
);

export const Box = ({ alignSelf, flex = 'initial', children }: BoxProps) => (
  <div style={{ alignSelf: alignOf(alignSelf), flex, minWidth: 0 }}>{children}</div>
);

export const Inline = ({ gap = 'sm', justify = 'start', align = 'center', children }: InlineProps) => (
  <FlexBox
    style={{
      gap: pixelsOf(gap),
      justifyContent: justifyOf(justify),
      alignItems: alignOf(align),
      flexWrap: 'wrap',
    }}
  >
    {children}
  </FlexBox>
);

export const Stack = ({
  distance = 'sm',
  direction = 'column',
  justify,
  align,
  width,
  children,
}: StackProps) => (
  <FlexBox
    style={{
      gap: pixelsOf(distance),
      flexDirection: direction,
      justifyContent: justifyOf(justify),
      alignItems: alignOf(align),
      width: width === '100%' ? '100%' : undefined,
    }}
  >
    {children}
  </FlexBox>
);

export const Stack2 = ({ gap, children }: { gap?: FlexProps['gap']; children?: ReactNode }) => (
  <FlexBox style={{ gap: pixelsOf(gap, 'sm'), flexDirection: 'column' }}>{children}</FlexBox>
);

export const Center = ({ children }: { children?: ReactNode }) => (
  <FlexBox style={{ justifyContent: 'center', alignItems: 'center' }}>{children}</FlexBox>
);

export const AutoGrid = ({ columnWidth, gap, flexible, children }: AutoGridProps) => (
  <div
    style={{
      display: 'grid',
      gap: pixelsOf(gap),
      gridTemplateColumns: `repeat(${flexible ? 'auto-fit' : 'auto-fill'}, minmax(min(${columnWidth}px, 100%), 1fr))`,
    }}
  >
    {children}
  </div>
);

export const Divider = ({ size = 'sm', distance = 'sm' }: DividerProps) => (
  <MantineDivider my={pixelsOf(distance)} size={Math.max(1, pixelsOf(size) / 8)} color="gray.4" />
);

export const Spacer = ({ size }: SpacerProps) => <div style={{ height: pixelsOf(size, 'md') }} />;

export const Tile = ({ compact, flush, children }: TileProps) => (
  <Paper withBorder radius="md" p={flush ? 0 : compact ? 8 : 16}>
    {children}
  </Paper>
);

export const Card = ({ children }: CardProps) => (
  <Paper withBorder radius="md" p={16} shadow="xs">
    {children}
  </Paper>
);
