import { createTheme, type CSSVariablesResolver } from '@mantine/core';

/** The sandbox's own look: ink and moss on paper, so that nobody takes it for HubSpot. */
export const theme = createTheme({
  primaryColor: 'moss',
  primaryShade: 8,
  colors: {
    moss: [
      '#eef5f1',
      '#dcebe3',
      '#b7d6c6',
      '#8fc0a7',
      '#6eae8d',
      '#4f9a77',
      '#3d8564',
      '#2f7155',
      '#235c45',
      '#174434',
    ],
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: "'Inter', 'Segoe UI', system-ui, -apple-system, 'Liberation Sans', sans-serif",
  headings: { fontWeight: '650' },
  focusRing: 'auto',
});

/** Mantine's own greys and reds are too light on white for WCAG AA. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#55606e',
    '--mantine-color-placeholder': '#636e7b',
    '--mantine-color-error': '#b42318',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1d2733',
  },
  dark: {},
});
