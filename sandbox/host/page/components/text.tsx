import type {
  DescriptionListItemProps,
  DescriptionListProps,
  HeadingProps,
  HrefProp,
  IllustrationProps,
  ImageProps,
  LinkProps,
  ListProps,
  StatusTagProps,
  TagProps,
  TextProps,
  TooltipProps,
} from '@hubspot/ui-extensions';
import { Anchor, Text as MantineText, Title, Tooltip as MantineTooltip, VisuallyHidden } from '@mantine/core';
import { IconExternalLink, IconPhoto, IconX } from '@tabler/icons-react';
import { Children, type CSSProperties, type MouseEvent, type ReactNode } from 'react';
import { reactionsOf, toExtensionEvent, useSurface } from '../extension/surface-context.ts';
import { OverlaySlot, useOverlaySlot } from './overlays.tsx';

const WEIGHTS = { regular: 400, demibold: 600, bold: 700 } as const;

const formatStyle = (format: TextProps['format']): CSSProperties => ({
  fontWeight: format?.fontWeight ? WEIGHTS[format.fontWeight] : undefined,
  fontStyle: format?.italic ? 'italic' : undefined,
  textDecoration:
    format?.lineDecoration === 'strikethrough' ? 'line-through' : (format?.lineDecoration ?? undefined),
  textTransform: format?.textTransform === 'sentenceCase' ? undefined : (format?.textTransform ?? undefined),
});

export const Text = ({ variant = 'bodytext', inline, format, truncate, children }: TextProps) => {
  const options = typeof truncate === 'object' ? truncate : undefined;
  const text = (
    <MantineText
      component={inline ? 'span' : 'div'}
      size={variant === 'microcopy' ? 'xs' : 'sm'}
      truncate={truncate ? 'end' : false}
      className={format?.textTransform === 'sentenceCase' ? 'sentence-case' : 'breakable'}
      style={{ ...formatStyle(format), maxWidth: options?.maxWidth }}
    >
      {children}
    </MantineText>
  );
  return options?.tooltipText ? <MantineTooltip label={options.tooltipText}>{text}</MantineTooltip> : text;
};

export const Heading = ({ inline, children }: HeadingProps) => (
  <Title order={3} size="h4" style={{ display: inline ? 'inline' : undefined }}>
    {children}
  </Title>
);

export const urlOf = (href: HrefProp | undefined) => (typeof href === 'object' ? href.url : href);
export const isExternal = (href: HrefProp | undefined) =>
  typeof href === 'object' ? (href.external ?? false) : /^https?:/.test(href ?? '');

/** The mark and the words that tell that a link opens another tab. */
export const ExternalMark = () => (
  <>
    <IconExternalLink size={13} aria-hidden style={{ marginLeft: 3, verticalAlign: '-0.1em' }} />
    <VisuallyHidden> (opens in a new tab)</VisuallyHidden>
  </>
);

export const Link = ({ href, variant, onClick, preventDefault, overlay, children }: LinkProps) => {
  const surface = useSurface();
  const slot = useOverlaySlot();
  const external = isExternal(href);
  const clicked = (event: MouseEvent): void => {
    if (preventDefault || overlay || !href) event.preventDefault();
    if (overlay) slot.open();
    void onClick?.(toExtensionEvent(event), reactionsOf(surface));
  };
  return (
    <>
      <Anchor
        href={urlOf(href) ?? '#'}
        size="sm"
        underline="always"
        {...(variant === 'destructive' && { c: '#b42318' })}
        onClick={clicked}
        {...(external && { target: '_blank', rel: 'noopener noreferrer' })}
      >
        {children}
        {external && !overlay && <ExternalMark />}
      </Anchor>
      <OverlaySlot slot={slot}>{overlay}</OverlaySlot>
    </>
  );
};

export const List = ({ variant = 'unordered', children }: ListProps) => {
  const ordered = variant.startsWith('ordered');
  const inline = variant.startsWith('inline');
  const Tag = ordered ? 'ol' : 'ul';
  return (
    <Tag
      className={`ext-list ext-list-${inline ? 'inline' : 'block'} ${variant === 'inline-divided' ? 'divided' : ''}`}
    >
      {Children.map(children, (child) => (
        <li>{child}</li>
      ))}
    </Tag>
  );
};

export const DescriptionList = ({ direction = 'column', children }: DescriptionListProps) => (
  <dl className={`ext-descriptions ${direction}`}>{children}</dl>
);

export const DescriptionListItem = ({ label, children }: DescriptionListItemProps) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);

export const Tag = ({ variant = 'default', onClick, inline, overlay, children }: TagProps) => {
  const surface = useSurface();
  const slot = useOverlaySlot();
  const className = `ext-tag tone-${variant === 'error' ? 'danger' : variant}`;
  const style = inline ? { margin: '0 4px' } : undefined;
  if (!onClick && !overlay)
    return (
      <span className={className} style={style}>
        {children}
      </span>
    );
  const clicked = (event: MouseEvent): void => {
    if (overlay) slot.open();
    void onClick?.(toExtensionEvent(event), reactionsOf(surface));
  };
  return (
    <>
      <button type="button" className={className} style={style} onClick={clicked}>
        {children}
      </button>
      <OverlaySlot slot={slot}>{overlay}</OverlaySlot>
    </>
  );
};

export const StatusTag = ({
  variant = 'default',
  hollow,
  onClick,
  showRemoveIcon,
  onRemoveClick,
  children,
}: StatusTagProps) => {
  const content = (
    <>
      <span className={`dot ${hollow ? 'hollow' : ''}`} aria-hidden />
      {children}
    </>
  );
  return (
    <span className={`ext-status tone-${variant}`}>
      {onClick ? (
        <button type="button" className="plain" onClick={() => onClick()}>
          {content}
        </button>
      ) : (
        content
      )}
      {showRemoveIcon && (
        <button type="button" className="plain" aria-label="Remove" onClick={() => onRemoveClick?.()}>
          <IconX size={12} aria-hidden />
        </button>
      )}
    </span>
  );
};

/** In HubSpot a Tooltip is a fragment of another component; drawn alone it is a note beside an info sign. */
export const Tooltip = ({ children }: TooltipProps) => <span className="ext-tooltip">{children}</span>;

/** Pictures of other servers are not loaded: nothing leaves this machine. */
export const Image = ({ src, alt = '', width, height, href, onClick, overlay }: ImageProps) => {
  const surface = useSurface();
  const slot = useOverlaySlot();
  const local = src.startsWith('data:') || src.startsWith('/');
  const picture = local ? (
    <img src={src} alt={alt} width={width} height={height} style={{ maxWidth: '100%' }} />
  ) : (
    <span
      className="ext-placeholder"
      role="img"
      aria-label={alt || 'Picture'}
      style={{ width: width ?? 96, height: height ?? 64 }}
    >
      <IconPhoto size={20} aria-hidden />
    </span>
  );
  const clicked = (event: MouseEvent): void => {
    if (overlay) slot.open();
    void onClick?.(toExtensionEvent(event), reactionsOf(surface));
  };
  if (href)
    return (
      <a href={urlOf(href)} target="_blank" rel="noopener noreferrer" onClick={clicked}>
        {picture}
      </a>
    );
  if (!onClick && !overlay) return picture;
  return (
    <>
      <button type="button" className="plain" onClick={clicked}>
        {picture}
      </button>
      <OverlaySlot slot={slot}>{overlay}</OverlaySlot>
    </>
  );
};

export const Illustration = ({ name, alt, width = 120, height = 90 }: IllustrationProps) => (
  <span className="ext-placeholder" role="img" aria-label={alt} title={name} style={{ width, height }}>
    <IconPhoto size={28} aria-hidden />
  </span>
);

/** A line of text under a picture or control, for screen readers and eyes alike. */
export const Hint = ({ children }: { children: ReactNode }) => <span className="hint">{children}</span>;
