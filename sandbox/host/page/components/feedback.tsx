import type {
  AlertProps,
  EmptyStateProps,
  ErrorStateProps,
  LoadingSpinnerProps,
  ProgressBarProps,
  ScoreProps,
  StatisticsItemProps,
  StatisticsProps,
  StatisticsTrendProps,
  StepIndicatorProps,
} from '@hubspot/ui-extensions';
import { Loader, Progress, Stepper, Title, VisuallyHidden } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowDownRight,
  IconArrowUpRight,
  IconBulb,
  IconCircleCheck,
  IconCloudOff,
  IconInbox,
  IconInfoCircle,
  IconLifebuoy,
  IconLock,
  type TablerIcon,
} from '@tabler/icons-react';
import { stepOf } from './sizes.ts';

type Tone = 'info' | 'warning' | 'success' | 'danger' | 'tip';

const TONE_ICONS: Readonly<Record<Tone, TablerIcon>> = {
  info: IconInfoCircle,
  warning: IconAlertTriangle,
  success: IconCircleCheck,
  danger: IconAlertTriangle,
  tip: IconBulb,
};

export const Alert = ({ title, variant = 'info', children }: AlertProps) => {
  const tone: Tone = variant === 'error' ? 'danger' : variant;
  const Sign = TONE_ICONS[tone];
  return (
    <div className={`ext-alert tone-${tone}`} role={tone === 'danger' ? 'alert' : 'status'}>
      <Sign size={18} aria-hidden />
      <div>
        <strong>{title}</strong>
        {children && <div className="breakable">{children}</div>}
      </div>
    </div>
  );
};

export const EmptyState = ({
  title,
  layout,
  reverseOrder,
  flush,
  imageName,
  imageWidth,
  children,
}: EmptyStateProps) => (
  <div
    className={`ext-empty ${layout ?? 'vertical'} ${reverseOrder ? 'reversed' : ''}`}
    style={{ padding: flush ? 0 : 24 }}
  >
    <span title={imageName} style={{ width: imageWidth, textAlign: 'center' }}>
      <IconInbox size={40} stroke={1.2} aria-hidden />
    </span>
    <div>
      {title && (
        <Title order={3} size="h4">
          {title}
        </Title>
      )}
      <div className="ext-empty-rest">{children}</div>
    </div>
  </div>
);

const ERROR_ICONS = { error: IconCloudOff, support: IconLifebuoy, lock: IconLock } as const;

export const ErrorState = ({ title, type = 'error', children }: ErrorStateProps) => {
  const Sign = ERROR_ICONS[type];
  return (
    <div className="ext-empty vertical" role="alert">
      <Sign size={40} stroke={1.2} aria-hidden />
      <div>
        <Title order={3} size="h4">
          {title ?? 'Something went wrong.'}
        </Title>
        <div>{children}</div>
      </div>
    </div>
  );
};

const LOADER_SIZES = { xs: 16, sm: 20, md: 32, lg: 32, xl: 32 } as const;

export const LoadingSpinner = ({ label, showLabel, size, layout = 'inline' }: LoadingSpinnerProps) => (
  <div className={`ext-spinner ${layout}`} role="status">
    <Loader size={LOADER_SIZES[stepOf(size, 'sm')]} aria-hidden />
    {showLabel ? <span>{label}</span> : <VisuallyHidden>{label}</VisuallyHidden>}
  </div>
);

const PROGRESS_COLORS = { success: 'teal.8', danger: 'red.8', warning: 'yellow.8' } as const;

export const ProgressBar = ({
  title,
  value = 0,
  maxValue = 100,
  showPercentage,
  valueDescription,
  variant = 'success',
  ...rest
}: ProgressBarProps) => {
  const percent = maxValue > 0 ? Math.round((100 * value) / maxValue) : 0;
  return (
    <div className="ext-progress">
      <div className="line">
        <span>{title}</span>
        <span>{[valueDescription, showPercentage && `${percent} %`].filter(Boolean).join(' · ')}</span>
      </div>
      <Progress
        value={percent}
        color={PROGRESS_COLORS[variant]}
        aria-label={rest['aria-label'] ?? title ?? 'Progress'}
      />
    </div>
  );
};

export const ScoreCircle = ({ score }: ScoreProps) => {
  const tone = score >= 75 ? 'success' : score >= 40 ? 'warning' : 'danger';
  return (
    <span className={`ext-score tone-${tone}`} role="img" aria-label={`Score ${score} of 100`}>
      {score}
    </span>
  );
};

export const Statistics = ({ children }: StatisticsProps) => <div className="ext-statistics">{children}</div>;

export const StatisticsItem = ({ label, number, children }: StatisticsItemProps) => (
  <div>
    <div className="label">{label}</div>
    <div className="number">{number}</div>
    {children}
  </div>
);

export const StatisticsTrend = ({ value, direction, color }: StatisticsTrendProps) => {
  const Arrow = direction === 'increase' ? IconArrowUpRight : IconArrowDownRight;
  const tone = (color ?? (direction === 'increase' ? 'green' : 'red')) === 'green' ? 'success' : 'danger';
  return (
    <span className={`ext-trend text-${tone}`}>
      <Arrow size={14} aria-hidden />
      <VisuallyHidden>{direction === 'increase' ? 'up' : 'down'} </VisuallyHidden>
      {value}
    </span>
  );
};

export const StepIndicator = ({
  stepNames,
  currentStep = 0,
  direction = 'horizontal',
  circleSize,
  onClick,
}: StepIndicatorProps) => (
  <Stepper
    active={currentStep}
    size={stepOf(circleSize, 'xs')}
    orientation={direction}
    {...(onClick && { onStepClick: (step: number) => onClick(step) })}
    allowNextStepsSelect={Boolean(onClick)}
  >
    {stepNames.map((name) => (
      <Stepper.Step key={name} label={name} />
    ))}
  </Stepper>
);
