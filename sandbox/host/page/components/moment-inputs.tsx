import type { BaseDate, BaseTime, DateInputProps, TimeInputProps } from '@hubspot/ui-extensions';
import { TextInput } from '@mantine/core';
import { useOwnName } from '../extension/surface-context.ts';
import { useRemoteValue } from '../extension/remote-value.ts';
import { framed } from './field-frame.tsx';
import { useFormField } from './form.tsx';

const two = (number: number): string => String(number).padStart(2, '0');

/** HubSpot counts months from 0, as JavaScript does. */
const toIso = (date: BaseDate | null | undefined): string =>
  date ? `${date.year}-${two(date.month + 1)}-${two(date.date)}` : '';

const fromIso = (text: string): BaseDate | null => {
  const [year, month, date] = text.split('-').map(Number);
  return year && month && date ? { year, month: month - 1, date } : null;
};

const FORMATS = {
  short: { year: 'numeric', month: '2-digit', day: '2-digit' },
  L: { year: 'numeric', month: '2-digit', day: '2-digit' },
  long: { year: 'numeric', month: 'long', day: 'numeric' },
  LL: { year: 'numeric', month: 'long', day: 'numeric' },
  medium: { year: 'numeric', month: 'short', day: 'numeric' },
  ll: { year: 'numeric', month: 'short', day: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatted = (date: BaseDate, format: NonNullable<DateInputProps['format']>): string =>
  format === 'standard' || format === 'YYYY-MM-DD'
    ? toIso(date)
    : new Intl.DateTimeFormat('en-US', { ...FORMATS[format], timeZone: 'UTC' }).format(
        new Date(Date.UTC(date.year, date.month, date.date)),
      );

/** The browser's own date field: typed or picked, by keyboard too. */
export const DateInput = (props: DateInputProps) => {
  const { value, defaultValue, name, format = 'short', min, max, onChange, onBlur, onFocus } = props;
  const { shown, produce } = useRemoteValue<BaseDate | null>(value, defaultValue ?? null);
  useFormField(name, shown ? { ...shown, formattedDate: formatted(shown, format) } : undefined);
  const tell = (handler: DateInputProps['onChange']): void => {
    if (shown) void handler?.({ ...shown, formattedDate: formatted(shown, format) });
  };
  return (
    <TextInput
      {...framed(props)}
      type="date"
      name={useOwnName(name)}
      value={toIso(shown)}
      readOnly={props.readOnly ?? false}
      {...(min && { min: toIso(min) })}
      {...(max && { max: toIso(max) })}
      onChange={(event) => {
        const date = fromIso(event.currentTarget.value);
        produce(date);
        if (date) void onChange?.({ ...date, formattedDate: formatted(date, format) });
      }}
      onBlur={() => tell(onBlur)}
      onFocus={() => tell(onFocus)}
    />
  );
};

const toClock = (time: BaseTime | null | undefined): string =>
  time ? `${two(time.hours)}:${two(time.minutes)}` : '';

const fromClock = (text: string): BaseTime | null => {
  const [hours, minutes] = text.split(':').map(Number);
  return hours === undefined || minutes === undefined ? null : { hours, minutes };
};

export const TimeInput = (props: TimeInputProps) => {
  const { value, defaultValue, name, min, max, interval = 30, onChange, onBlur, onFocus } = props;
  const { shown, produce } = useRemoteValue<BaseTime | null>(value, defaultValue ?? null);
  useFormField(name, shown ?? undefined);
  return (
    <TextInput
      {...framed(props)}
      type="time"
      step={interval * 60}
      name={useOwnName(name)}
      value={toClock(shown)}
      readOnly={props.readOnly ?? false}
      {...(min && { min: toClock(min) })}
      {...(max && { max: toClock(max) })}
      onChange={(event) => {
        const time = fromClock(event.currentTarget.value);
        produce(time);
        if (time) void onChange?.(time);
      }}
      onBlur={() => shown && void onBlur?.(shown)}
      onFocus={() => shown && void onFocus?.(shown)}
    />
  );
};
