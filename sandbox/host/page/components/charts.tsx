import type {
  BarChartProps,
  ChartColor,
  ChartDataRow,
  ChartProps,
  LineChartProps,
} from '@hubspot/ui-extensions';
import { BarChart as MantineBarChart, LineChart as MantineLineChart } from '@mantine/charts';
import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';

/** HubSpot's fourteen named colours; the shades are ours. */
const COLORS: Readonly<Record<ChartColor, string>> = {
  orange: '#d9730d',
  aqua: '#0e7f8f',
  purple: '#6b4fbb',
  yellow: '#b58900',
  pink: '#c2407f',
  blue: '#2f6fbf',
  green: '#2e8540',
  darkOrange: '#9a4a00',
  darkAqua: '#0a5560',
  darkPurple: '#452f86',
  darkYellow: '#7a5c00',
  darkPink: '#8a2458',
  darkBlue: '#1b4580',
  darkGreen: '#1c5a2a',
};

type Series = { readonly name: string; readonly color: string };

const rowsOf = (data: ChartProps['data']): ChartDataRow[] => (Array.isArray(data) ? data : data.data);

/** Long rows (one per point, with its group) become wide rows (one per x, with a column per group). */
const arrange = ({
  data,
  axes,
  options,
}: ChartProps): { rows: ChartDataRow[]; series: Series[]; x: string } => {
  const rows = rowsOf(data);
  const x = axes.x.field;
  const y = axes.y.field;
  const group = axes.options?.groupFieldByColor;
  const palette = [...(options?.colorList ?? []), ...(Object.keys(COLORS) as ChartColor[])];
  const names = group ? [...new Set(rows.map((row) => String(row[group])))] : [y];
  const series = names.map((name, index) => ({
    name,
    color: COLORS[axes.options?.colors?.[name] ?? palette[index % palette.length] ?? 'blue'],
  }));
  if (!group) return { rows, series, x };
  const wide = new Map<string | number, ChartDataRow>();
  for (const row of rows) {
    const key = row[x] ?? '';
    wide.set(key, { ...(wide.get(key) ?? { [x]: key }), [String(row[group])]: row[y] ?? 0 });
  }
  return { rows: [...wide.values()], series, x };
};

/** The same numbers as a table, for those who cannot see the picture. */
const AsTable = ({ rows, series, x, title }: ReturnType<typeof arrange> & { title: string }) => (
  <VisuallyHidden>
    <Table>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th>{x}</th>
          {series.map(({ name }) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            <td>{row[x]}</td>
            {series.map(({ name }) => (
              <td key={name}>{row[name] ?? ''}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  </VisuallyHidden>
);

const shared = ({ axes, options }: ChartProps, { rows, series, x }: ReturnType<typeof arrange>) => ({
  h: 280,
  data: rows,
  dataKey: x,
  series: [...series],
  withLegend: options?.showLegend ?? false,
  withTooltip: options?.showTooltips ?? true,
  ...(axes.x.label && { xAxisLabel: axes.x.label }),
  ...(axes.y.label && { yAxisLabel: axes.y.label }),
  tickLine: 'none' as const,
});

const Framed = ({
  props,
  arranged,
  children,
}: {
  props: ChartProps;
  arranged: ReturnType<typeof arrange>;
  children: ReactNode;
}) => {
  const title = props.options?.title ?? 'Chart';
  return (
    <figure className="ext-chart">
      {props.options?.title && <figcaption>{title}</figcaption>}
      <div aria-hidden>{children}</div>
      <AsTable {...arranged} title={title} />
    </figure>
  );
};

export const BarChart = (props: BarChartProps) => {
  const arranged = arrange(props);
  return (
    <Framed props={props} arranged={arranged}>
      <MantineBarChart
        {...shared(props, arranged)}
        // The picture is hidden from assistive technology (the table below it is not), so nothing in it takes the focus.
        barChartProps={{ accessibilityLayer: false }}
        type={props.axes.options?.stacking ? 'stacked' : 'default'}
        withBarValueLabel={props.options?.showDataLabels ?? false}
      />
    </Framed>
  );
};

export const LineChart = (props: LineChartProps) => {
  const arranged = arrange(props);
  return (
    <Framed props={props} arranged={arranged}>
      <MantineLineChart
        {...shared(props, arranged)}
        lineChartProps={{ accessibilityLayer: false }}
        curveType="linear"
        withPointLabels={props.options?.showDataLabels ?? false}
      />
    </Framed>
  );
};
