import type { IconProps } from '@hubspot/ui-extensions';
import { VisuallyHidden } from '@mantine/core';
import { ICONS } from './icon-shapes.ts';
import { stepOf } from './sizes.ts';

const PIXELS: Readonly<Record<string, number>> = { sm: 14, md: 18, lg: 24 };

const COLORS: Readonly<Record<string, string>> = {
  alert: '#b42318',
  warning: '#9a5b00',
  success: '#18794e',
};

/** A name of HubSpot's icon set, drawn with a free look-alike; a name without one is a ring with the name as its title. */
export const Icon = ({ name, size, color = 'inherit', screenReaderText }: IconProps) => {
  const pixels = PIXELS[stepOf(size, 'sm')] ?? 14;
  const Shape = ICONS[name];
  return (
    <span
      title={Shape ? undefined : name}
      style={{ color: COLORS[color], display: 'inline-flex', verticalAlign: '-0.15em' }}
    >
      {Shape ? (
        <Shape size={pixels} aria-hidden />
      ) : (
        <svg width={pixels} height={pixels} viewBox="0 0 16 16" aria-hidden>
          <circle
            cx="8"
            cy="8"
            r="6"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
            strokeDasharray="2 2"
          />
        </svg>
      )}
      {screenReaderText && <VisuallyHidden>{screenReaderText}</VisuallyHidden>}
    </span>
  );
};
