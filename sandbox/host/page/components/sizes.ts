import type { AllDistances } from '@hubspot/ui-extensions';

type Step = 'xs' | 'sm' | 'md' | 'lg' | 'xl';

const STEPS: Readonly<Record<string, Step>> = {
  'extra-small': 'xs',
  xs: 'xs',
  small: 'sm',
  sm: 'sm',
  medium: 'md',
  md: 'md',
  large: 'lg',
  lg: 'lg',
  'extra-large': 'xl',
  xl: 'xl',
};

/** HubSpot's two spellings of a size, as one. */
export const stepOf = (size: string | undefined, fallback: Step = 'md'): Step =>
  (size && STEPS[size]) || fallback;

const PIXELS: Readonly<Record<Step, number>> = { xs: 4, sm: 8, md: 16, lg: 24, xl: 40 };

/** A distance between components in pixels. HubSpot publishes names only; the numbers are ours. */
export const pixelsOf = (distance: AllDistances | undefined, fallback: AllDistances = 'flush'): number => {
  const wanted = distance ?? fallback;
  return wanted === 'flush' ? 0 : PIXELS[stepOf(wanted)];
};
