import type { RemoteReceiver, RemoteReceiverAttachableComponent } from '@remote-ui/core';
import { useAttached } from '@remote-ui/react/host';
import type {
  AccordionProps,
  TableCellProps,
  TableElementProps,
  TableHeaderProps,
  TableProps,
  TabProps,
  TabsProps,
} from '@hubspot/ui-extensions';
import {
  Collapse,
  Pagination,
  Table as MantineTable,
  Tabs as MantineTabs,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import {
  IconArrowDown,
  IconArrowsSort,
  IconArrowUp,
  IconChevronDown,
  IconChevronRight,
} from '@tabler/icons-react';
import { Children, isValidElement, type ReactElement, type ReactNode, useId } from 'react';
import { useRemoteValue } from '../extension/remote-value.ts';
import { ScrollBox } from '../scroll-box.tsx';

export const Accordion = ({
  title,
  defaultOpen,
  open,
  disabled,
  size,
  onClick,
  children,
}: AccordionProps) => {
  const { shown, produce } = useRemoteValue<boolean>(open, defaultOpen ?? false);
  const id = useId();
  const Sign = shown ? IconChevronDown : IconChevronRight;
  return (
    <div className={`ext-accordion ${size ?? ''}`}>
      <UnstyledButton
        disabled={disabled ?? false}
        aria-expanded={shown}
        aria-controls={id}
        className="ext-accordion-control"
        onClick={() => {
          produce(!shown);
          void onClick?.();
        }}
      >
        <Sign size={16} aria-hidden />
        <span>{title}</span>
      </UnstyledButton>
      <Collapse in={shown} id={id}>
        <div className="ext-accordion-body">{children}</div>
      </Collapse>
    </div>
  );
};

type Attached = { readonly component: RemoteReceiverAttachableComponent; readonly receiver: RemoteReceiver };

const attachedOf = (child: ReactNode): Attached | undefined =>
  isValidElement(child) ? ((child as ReactElement<Partial<Attached>>).props as Attached) : undefined;

const tabIdOf = (component: RemoteReceiverAttachableComponent, index: number): string =>
  String((component.props as TabProps | undefined)?.tabId ?? index);

/** The tab's own label, kept up to date by itself: its element is drawn elsewhere, as the panel. */
const TabLabel = ({ component, receiver, value }: Attached & { value: string }) => {
  const { title, disabled, tooltip, tooltipPlacement } = (useAttached(receiver, component)?.props ??
    {}) as TabProps;
  const tab = (
    <MantineTabs.Tab value={value} disabled={disabled ?? false}>
      {title}
    </MantineTabs.Tab>
  );
  return tooltip ? (
    <Tooltip label={tooltip} position={tooltipPlacement ?? 'top'}>
      {tab}
    </Tooltip>
  ) : (
    tab
  );
};

export const Tabs = ({ selected, defaultSelected, variant, fill, onSelectedChange, children }: TabsProps) => {
  const tabs = Children.toArray(children).flatMap((child, index) => {
    const attached = attachedOf(child);
    return attached?.component?.type === 'Tab'
      ? [{ child, attached, id: tabIdOf(attached.component, index) }]
      : [];
  });
  const first = tabs[0]?.id ?? '';
  const { shown, produce } = useRemoteValue<string>(
    selected === undefined ? undefined : String(selected),
    defaultSelected === undefined ? first : String(defaultSelected),
  );
  return (
    <MantineTabs
      value={shown}
      variant={variant === 'enclosed' ? 'outline' : 'default'}
      keepMounted={false}
      onChange={(id) => {
        if (id === null) return;
        produce(id);
        const original = tabs.find((tab) => tab.id === id)?.attached.component.props as TabProps | undefined;
        void (onSelectedChange as ((id: string | number) => void) | undefined)?.(original?.tabId ?? id);
      }}
    >
      <MantineTabs.List grow={fill ?? false}>
        {tabs.map(({ attached, id }) => (
          <TabLabel key={id} component={attached.component} receiver={attached.receiver} value={id} />
        ))}
      </MantineTabs.List>
      {tabs.map(({ child, id }) => (
        <MantineTabs.Panel key={id} value={id} pt="md">
          {child}
        </MantineTabs.Panel>
      ))}
    </MantineTabs>
  );
};

export const Tab = ({ children }: TabProps) => <>{children}</>;

const DENSITY = { default: 8, condensed: 5, compact: 3 } as const;

export const Table = (props: TableProps) => {
  const { bordered = true, flush, density = 'default', children } = props;
  return (
    <div style={{ marginBottom: flush ? 0 : 16 }}>
      <ScrollBox>
        <MantineTable withTableBorder={bordered} verticalSpacing={DENSITY[density]}>
          {children}
        </MantineTable>
      </ScrollBox>
      {props.paginated && <Pages {...props} />}
    </div>
  );
};

const Pages = ({
  pageCount,
  page,
  maxVisiblePageButtons,
  showFirstLastButtons,
  onPageChange,
}: Extract<TableProps, { paginated: true }>) => {
  const { shown, produce } = useRemoteValue<number>(page, 1);
  return (
    <Pagination
      mt="sm"
      total={pageCount}
      value={shown}
      siblings={Math.max(1, Math.floor(((maxVisiblePageButtons ?? 5) - 3) / 2))}
      withEdges={showFirstLastButtons ?? false}
      getControlProps={(control) => ({ 'aria-label': `${control} page` })}
      onChange={(next) => {
        produce(next);
        onPageChange(next);
      }}
    />
  );
};

const cellStyle = ({
  align,
  width,
}: {
  align?: TableCellProps['align'];
  width?: TableCellProps['width'];
}) => ({
  textAlign: align,
  width: width === 'min' ? '1%' : width === 'max' ? '100%' : width,
});

export const TableHead = ({ children }: TableElementProps) => (
  <MantineTable.Thead>{children}</MantineTable.Thead>
);
export const TableBody = ({ children }: TableElementProps) => (
  <MantineTable.Tbody>{children}</MantineTable.Tbody>
);
export const TableFooter = ({ children }: TableElementProps) => (
  <MantineTable.Tfoot>{children}</MantineTable.Tfoot>
);
export const TableRow = ({ children }: TableElementProps) => <MantineTable.Tr>{children}</MantineTable.Tr>;

export const TableCell = ({ colSpan, children, ...rest }: TableCellProps) => (
  <MantineTable.Td colSpan={colSpan} style={cellStyle(rest)}>
    {children}
  </MantineTable.Td>
);

const NEXT = { none: 'ascending', ascending: 'descending', descending: 'none' } as const;
const SORT_ICONS = { none: IconArrowsSort, ascending: IconArrowUp, descending: IconArrowDown } as const;

export const TableHeader = ({ children, ...props }: TableHeaderProps) => {
  if (!('onSortChange' in props))
    return <MantineTable.Th style={cellStyle(props)}>{children}</MantineTable.Th>;
  const { sortDirection } = props;
  const Sign = SORT_ICONS[sortDirection];
  return (
    <MantineTable.Th style={cellStyle(props)} aria-sort={sortDirection}>
      <UnstyledButton
        className="ext-sort"
        disabled={props.disabled ?? false}
        onClick={() => {
          props.onSortChange(NEXT[sortDirection]);
        }}
      >
        {children}
        <Sign size={14} aria-hidden />
      </UnstyledButton>
    </MantineTable.Th>
  );
};
