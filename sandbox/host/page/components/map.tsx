import type { ComponentType } from 'react';
import * as buttons from './buttons.tsx';
import * as charts from './charts.tsx';
import * as choices from './choices.tsx';
import * as feedback from './feedback.tsx';
import { Form } from './form.tsx';
import { Icon } from './icon.tsx';
import * as layout from './layout.tsx';
import * as moments from './moment-inputs.tsx';
import * as numbers from './number-inputs.tsx';
import * as overlays from './overlays.tsx';
import * as pageParts from './page-parts.tsx';
import * as structure from './structure.tsx';
import * as texts from './text.tsx';
import * as textInputs from './text-inputs.tsx';
import { toUnknown } from './unknown.tsx';

/** All names that the installed SDK can send; written in by the build (component-names.ts). */
declare const __COMPONENT_NAMES__: readonly string[];

const { Hint: _hint, ExternalMark: _mark, urlOf: _url, isExternal: _external, ...drawnTexts } = texts;
const { OverlaySlot: _slot, useOverlaySlot: _useSlot, ...drawnOverlays } = overlays;

/** Names drawn, by their name at HubSpot. To draw a new one: write it in its family's file, under that name. */
const DRAWN: Readonly<Record<string, unknown>> = {
  ...layout,
  ...drawnTexts,
  ...feedback,
  ...buttons,
  ...drawnOverlays,
  ...textInputs,
  ...numbers,
  ...moments,
  ...choices,
  ...structure,
  ...charts,
  ...pageParts,
  Form,
  Icon,
  Textarea: textInputs.TextArea,
  PageHeaderPrimaryAction: pageParts.PageHeaderPart,
  PageHeaderSecondaryActions: pageParts.PageHeaderPart,
  PageHeaderLink: texts.Link,
  PageHeaderPageLink: pageParts.PageLink,
  PageBreadcrumbsPageLink: pageParts.PageLink,
};

/** The spacing experiments of the SDK are the stable components with more props. */
const stableName = (name: string): string => name.replace(/^Experimental/, '');

// remote-ui hands props over untyped: what each component takes is written in the component, from the SDK's types.
/** Every component the SDK knows, drawn or as a labelled box, so that a new SDK cannot blank the page. */
export const COMPONENTS: Readonly<Record<string, ComponentType<never>>> = Object.fromEntries(
  __COMPONENT_NAMES__.map((name) => [
    name,
    (DRAWN[name] ?? DRAWN[stableName(name)] ?? toUnknown(name)) as ComponentType<never>,
  ]),
);
