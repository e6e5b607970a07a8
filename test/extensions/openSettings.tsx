import {
  Button,
  Checkbox,
  Input,
  MultiSelect,
  NumberInput,
  TextArea,
  ToggleGroup,
} from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { SettingsBody } from '../../extensions/src/app/settings/page/SettingsBody.tsx';
import {
  draftRequest,
  settingsRequest,
  signRequest,
  type DefinitionView,
  type SettingsToSend,
  type SettingsView,
} from '../../src/contract/settings.ts';
import { ACTIVE_REASONS } from '../../src/presets.ts';
import { REASONS } from '../../src/reasons.ts';
import { coolingFloorOf, DEFAULT_SETTINGS, standardReason } from '../../src/settings.ts';
import {
  DEFINITIONS,
  ENRICHMENT_WAY_LABELS,
  GUARD_MODE_LABELS,
  ROUTING_MODES,
  LEGAL_BASES,
  SCORE_MODES,
  SECTIONS,
  TRACK_KINDS,
  type Section,
} from '../../src/settingsLists.ts';
import { standardRoute } from '../../src/tracks.ts';
import { BASE_URL, settle, type Delivered } from './hubspot.ts';

export type SentToSettings =
  | { readonly route: 'view' }
  | { readonly route: 'save'; readonly request: SettingsToSend }
  | {
      readonly route: 'draft' | 'sign';
      readonly kind: string;
      readonly request: { readonly requestId: string };
    };

export type Answers = Partial<
  Record<SentToSettings['route'], (sent: SentToSettings) => Delivered | Promise<Delivered>>
>;

/** Stands where HubSpot stands; what the page sends is read with the schemas of the wire contract. */
export function standInForSettings(): { readonly sent: SentToSettings[]; readonly answers: Answers } {
  const sent: SentToSettings[] = [];
  const answers: Answers = {};
  const hsFetch = async (
    address: string,
    { method, body }: { method: string; body?: unknown },
  ): Promise<Delivered> => {
    const received = understood(new URL(address), method, body);
    sent.push(received);
    const answer = answers[received.route];
    if (answer === undefined) throw new Error(`The test has no answer for ${received.route}.`);
    return answer(received);
  };
  Object.assign(globalThis, { self: globalThis, hsFetch });
  return { sent, answers };
}

function understood(url: URL, method: string, body: unknown): SentToSettings {
  if (url.origin !== BASE_URL) throw new Error(`${url.origin} is not the server.`);
  const [, kind, act] = /^\/v1\/definitions\/(\w+)\/(draft|sign)$/.exec(url.pathname) ?? [];
  if (kind !== undefined && act === 'draft')
    return { route: 'draft', kind, request: draftRequest.parse(body) };
  if (kind !== undefined) return { route: 'sign', kind, request: signRequest.parse(body) };
  if (`${method} ${url.pathname}` === 'GET /v1/settings') return { route: 'view' };
  if (`${method} ${url.pathname}` !== 'POST /v1/settings')
    throw new Error(`The contract has no ${method} ${url.pathname}.`);
  settingsRequest.parse(body);
  // Parsing turns an empty number into NaN; what came is what the page wrote.
  return { route: 'save', request: body as SettingsToSend };
}

const ALLOWED = { allowed: true, why: null };

export const buildDefinition = (over: Partial<DefinitionView> = {}): DefinitionView => ({
  kind: 'mql',
  label: 'MQL',
  meaning: 'when marketing hands a lead to sales',
  version: 1,
  content: { url: null, text: 'Score 60.' },
  signatures: 'not signed yet',
  notice: 'not signed yet',
  draft: null,
  earlier: [],
  ...over,
});

export const buildSettings = (over: Partial<SettingsView> = {}): SettingsView => {
  const { reasons, vetoDays, undoSeconds, noteRequiredOnOther, gate, guard, handOff, followUp, sla, roles } =
    DEFAULT_SETTINGS;
  const routes = reasons.map(({ code }) => standardRoute(code));
  return {
    ok: true,
    version: 3,
    saved: 'Ada Admin, 27 Nov 2026, 14:03',
    // The wire's types are not read-only.
    settings: structuredClone({
      reasons: { reasons, vetoDays, undoSeconds, noteRequiredOnOther },
      routing: { ...DEFAULT_SETTINGS.routing, routes },
      gate,
      guard,
      handOff,
      followUp,
      sla,
      roles: { ...roles, admins: [901] },
    }) as SettingsView['settings'],
    definitions: DEFINITIONS.map(({ kind, label, meaning }) =>
      buildDefinition({
        kind,
        label,
        meaning,
        ...(kind === 'icp' && {
          content: {
            url: null,
            minEmployees: 50,
            maxEmployees: null,
            countries: ['DE'],
            industries: [],
            excludedTitleWords: [],
          },
        }),
      }),
    ),
    choices: {
      reasons: REASONS.map(({ code }) => ({ ...standardReason(code), coolingFloor: coolingFloorOf(code) })),
      activeReasons: { ...ACTIVE_REASONS },
      routingModes: ROUTING_MODES.map(({ mode, label }) => ({ value: mode, label })),
      trackKinds: TRACK_KINDS.map(({ kind, label }) => ({ value: kind, label })),
      scoreModes: SCORE_MODES.map(({ mode, label }) => ({ value: mode, label })),
      legalBases: LEGAL_BASES.map(({ basis, label }) => ({ value: basis, label })),
      guardModes: Object.entries(GUARD_MODE_LABELS).map(([value, label]) => ({ value, label })),
      enrichmentWays: Object.entries(ENRICHMENT_WAY_LABELS).map(([value, label]) => ({ value, label })),
      leadStatuses: ['NEW', 'UNQUALIFIED'],
      people: [
        { userId: 901, name: 'Ada Admin' },
        { userId: 902, name: 'Ben Boss' },
      ],
    },
    toolSecret: null,
    may: { save: ALLOWED, claims: false, draft: ALLOWED, signSales: ALLOWED, signMarketing: ALLOWED },
    history: [{ version: 3, by: 'Ada Admin', at: '2026-11-27T13:03:00.000Z', what: 'Guard' }],
    ...over,
  };
};

/** React draws in slices of a few milliseconds, a turn each; the page with all its sections is many of them. */
async function drawn(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await settle();
}

/** Opens the page and gives what an admin can see and do. */
export async function openSettings(variables: Record<string, unknown> = { API_BASE_URL: BASE_URL }) {
  const renderer = createRenderer('settings');
  const alerts: string[] = [];
  renderer.render(
    <SettingsBody
      context={{ portal: { timezone: 'Europe/Berlin' }, variables }}
      actions={{ addAlert: ({ message }) => void alerts.push(message) }}
    />,
  );
  await drawn();
  const press = async (label: string, place = 0): Promise<void> => {
    const found = renderer.findAll(Button).filter((node) => node.text === label)[place];
    if (found === undefined) throw new Error(`There is no ${label}.`);
    // A browser does not let a disabled button be pressed.
    if (found.props.disabled === true) throw new Error(`${label} is disabled.`);
    found.trigger('onClick');
    await drawn();
  };
  return {
    alerts,
    text: () => renderer.getRootNode().toString(),
    find: renderer.find,
    findAll: renderer.findAll,
    press,
    /** Presses Save of the section, which stand among the tabs in the order of their list. */
    save: (section: Section) =>
      press(
        'Save',
        SECTIONS.findIndex(({ key }) => key === section),
      ),
    // The SDK types the event's argument as the handler itself.
    typeNumber: async (name: string, value: number | undefined) => {
      renderer.find(NumberInput, { name }).trigger('onChange', value as never);
      await drawn();
    },
    typeText: async (name: string, value: string) => {
      renderer.find(Input, { name }).trigger('onInput', value as never);
      await drawn();
    },
    typeLines: async (name: string, value: string) => {
      renderer.find(TextArea, { name }).trigger('onInput', value as never);
      await drawn();
    },
    choose: async (name: string, values: (string | number)[]) => {
      renderer.find(MultiSelect, { name }).trigger('onChange', values as never);
      await drawn();
    },
    check: async (name: string, on: boolean) => {
      renderer.find(Checkbox, { name }).trigger('onChange', on as never);
      await drawn();
    },
    pick: async (name: string, value: string) => {
      renderer.find(ToggleGroup, { name }).trigger('onChange', value as never);
      await drawn();
    },
    /** What is said beside a field. */
    wrongAt: (name: string) =>
      [NumberInput, Input, TextArea, MultiSelect].flatMap((component) =>
        renderer
          .findAll(component as typeof Input, { name })
          .flatMap((node) => (node.props.error === true ? [node.props.validationMessage] : [])),
      )[0] ?? null,
  };
}
