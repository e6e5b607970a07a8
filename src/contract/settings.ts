/** The wire between the settings page and the server. Bad values pass here: they are refused beside their field. */

import { z } from 'zod';
import { requestId } from '../contract.ts';
import {
  DEFINITIONS,
  ENRICHMENT_WAYS,
  GUARD_MODES,
  LEGAL_BASES,
  ROUTING_MODES,
  SCORE_MODES,
  SECTIONS,
  SIDES,
  TRACK_KINDS,
} from '../settingsLists.ts';

const text = z.string().max(5_000);
const name = z.string().max(200);
const texts = z.array(z.string().max(200)).max(200);
/** `null` for an empty field, which the rules then refuse. */
const amount = z
  .number()
  .nullable()
  .transform((given) => given ?? Number.NaN);
const userIds = z.array(z.number().int().positive()).max(500);
const routingMode = z.enum(ROUTING_MODES.map(({ mode }) => mode));
const basedOnVersion = z.number().int().nonnegative().describe('the version that was on the screen');

const reasonsValue = z.strictObject({
  reasons: z
    .array(
      z.strictObject({
        code: z.string().max(64),
        label: text,
        meaning: text,
        routingMode,
        coolingDays: amount,
      }),
    )
    .max(50)
    .describe('the active reasons, in the order of the card'),
  crosswalk: z
    .array(
      z.strictObject({
        from: z.string().max(64),
        to: z
          .array(z.strictObject({ code: z.string().max(64), share: z.number() }))
          .min(1)
          .max(7),
      }),
    )
    .max(50)
    .optional()
    .describe('what the history of reasons that are taken out is read as; as itself where left out'),
  vetoDays: amount,
  undoSeconds: amount,
  noteRequiredOnOther: z.boolean(),
});

const route = z.strictObject({
  code: z.string().max(64),
  track: z.strictObject({
    kind: z.enum(TRACK_KINDS.map(({ kind }) => kind)),
    target: text.describe('list id (empty: the app’s own list), property name, or sequence id'),
    value: text.describe('name of the list or sequence, or the value of the property'),
  }),
  score: z.enum(SCORE_MODES.map(({ mode }) => mode)),
  asRep: z.boolean().describe('the track is sent as from the rep'),
});
const unsubscribeValue = z.strictObject({
  subscriptionIds: texts,
  legalBasis: z.enum(LEGAL_BASES.map(({ basis }) => basis)),
  explanation: text,
});
const scoreProperties = { behaviour: text, fit: text, nurture: text };
const switches = {
  closeTasks: z.boolean(),
  cancelMeetings: z.boolean(),
  creditOwner: z.boolean(),
  notBackToSameRep: z.boolean(),
  flagCampaign: z.boolean(),
};
const routingValue = z.strictObject({
  routes: z.array(route).max(50).describe('what differs from the default, a row per reason'),
  score: z.strictObject({ ...scoreProperties, decayShare: amount }),
  ...switches,
  unsubscribe: unsubscribeValue,
});

const gateValue = z.strictObject({
  visitGapDays: amount,
  scorePoints: amount,
  scoreShare: amount,
  reviewAtAttempt: amount,
  requalifyDays: amount,
  slowLaneDays: amount,
  demoWords: texts,
  pricingWords: texts,
});

const guardValue = z.strictObject({
  mode: z.enum(GUARD_MODES),
  rejectedStatuses: texts,
  managerAfterDays: amount,
});

const handOffValue = z.strictObject({
  trigger: z.strictObject({ property: name, value: name }).nullable(),
  acceptedStatuses: texts,
  acknowledgement: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('property'), property: name, value: name }),
      z.strictObject({ kind: z.literal('list'), listId: name, listName: name }),
    ])
    .nullable()
    .describe("what the customer's own e-mail and booking link wait for"),
});

const followUpValue = z.strictObject({
  eventLeadDays: amount,
  renewalProperty: z.string().max(200),
  fiscalYearProperty: z.string().max(200),
  budgetProperty: z.string().max(200),
  enrichVia: z.enum(ENRICHMENT_WAYS),
  enrichTarget: z.string().max(1_000),
  enrichTries: amount,
  enrichDays: amount,
  csmProperty: z.string().max(200),
});

const timeRange = z.strictObject({ from: z.string().max(100), to: z.string().max(100) });
const slaValue = z.strictObject({
  firstContactMinutes: amount,
  warnShare: amount,
  onlyInbound: z.boolean().optional().describe('whether the clock runs for inbound leads alone'),
  outboundSources: texts.optional().describe('values of hs_analytics_source that are not inbound'),
  hours: z.strictObject({
    days: z
      .array(z.array(timeRange).max(10))
      .max(7)
      .describe('Monday first; HH:MM in the time of the portal'),
    holidays: z.array(z.string().max(100)).max(500).describe('YYYY-MM-DD'),
  }),
});

const rolesValue = z.strictObject({
  admins: userIds,
  reviewers: userIds,
  salesSigners: userIds,
  marketingSigners: userIds,
});

const saving = <K extends string, V extends z.ZodType>(section: K, value: V) =>
  z.strictObject({ requestId, basedOnVersion, section: z.literal(section), value });

export const settingsRequest = z.discriminatedUnion('section', [
  saving('reasons', reasonsValue),
  saving('routing', routingValue),
  saving('gate', gateValue),
  saving('guard', guardValue),
  saving('handOff', handOffValue),
  saving('followUp', followUpValue),
  saving('sla', slaValue),
  saving('roles', rolesValue),
]);

export const settingsAnswer = z.object({
  ok: z.literal(true),
  version: z.number(),
  said: z.string().describe('what was saved, for the person who saved it'),
});

const icpContent = z.strictObject({
  url: z.string().max(1_000).nullable(),
  minEmployees: z.number().nullable(),
  maxEmployees: z.number().nullable(),
  countries: texts,
  industries: texts,
  excludedTitleWords: texts,
});
const textContent = z.strictObject({ url: z.string().max(1_000).nullable(), text: z.string().max(50_000) });

export const definitionKind = z.enum(DEFINITIONS.map(({ kind }) => kind));

/** What each definition is written as. */
export const DEFINITION_CONTENT = { icp: icpContent, mql: textContent, sql: textContent } as const;

export const draftRequest = z.strictObject({
  requestId,
  basedOnVersion,
  value: z.union([icpContent, textContent]),
});

export const signRequest = z.strictObject({
  requestId,
  revision: z.number().int().positive().describe('of the draft that was read'),
  side: z.enum(SIDES),
});

const user = z.object({ userId: z.number(), name: z.string() });
const may = z.object({
  allowed: z.boolean(),
  why: z.string().nullable().describe('who may, where this user may not'),
});

const definitionView = z.object({
  kind: definitionKind,
  label: z.string(),
  meaning: z.string(),
  version: z.number(),
  content: z.union([icpContent, textContent]),
  signatures: z.string().describe('who signed the version in force, and when'),
  notice: z.string().nullable().describe('not signed, or over a year old'),
  draft: z
    .object({
      revision: z.number(),
      content: z.union([icpContent, textContent]),
      written: z.string().describe('by whom and when'),
      evidence: z.array(z.string()).optional().describe('what it was opened for'),
      signed: z.object({ sales: z.string().nullable(), marketing: z.string().nullable() }),
    })
    .nullable(),
  earlier: z.array(z.string()).describe('earlier versions, newest first'),
});

const reasonChoice = z.object({
  code: z.string(),
  label: z.string(),
  meaning: z.string(),
  routingMode,
  coolingDays: z.number(),
  coolingFloor: z.number(),
});

const option = z.object({ value: z.string(), label: z.string() });

export const settingsView = z.object({
  ok: z.literal(true),
  version: z.number().describe('0 where nothing was ever saved'),
  saved: z.string().nullable().describe('who saved last, and when'),
  settings: z.object({
    reasons: z.object({
      reasons: z.array(reasonChoice.omit({ coolingFloor: true })),
      vetoDays: z.number(),
      undoSeconds: z.number(),
      noteRequiredOnOther: z.boolean(),
    }),
    routing: z.object({
      routes: z.array(route).describe('a row per active reason'),
      score: z.object({ ...scoreProperties, decayShare: z.number() }),
      ...switches,
      unsubscribe: unsubscribeValue,
    }),
    gate: z.object({
      visitGapDays: z.number(),
      scorePoints: z.number(),
      scoreShare: z.number(),
      reviewAtAttempt: z.number(),
      requalifyDays: z.number(),
      slowLaneDays: z.number(),
      demoWords: texts,
      pricingWords: texts,
    }),
    guard: z.object({
      mode: z.enum(GUARD_MODES),
      rejectedStatuses: texts,
      managerAfterDays: z.number(),
    }),
    handOff: handOffValue,
    followUp: z.object({
      eventLeadDays: z.number(),
      renewalProperty: z.string(),
      fiscalYearProperty: z.string(),
      budgetProperty: z.string(),
      enrichVia: z.enum(ENRICHMENT_WAYS),
      enrichTarget: z.string(),
      enrichTries: z.number(),
      enrichDays: z.number(),
      csmProperty: z.string(),
    }),
    sla: z.object({
      firstContactMinutes: z.number(),
      warnShare: z.number(),
      onlyInbound: z.boolean().optional(),
      outboundSources: z.array(z.string()).optional(),
      hours: z.object({ days: z.array(z.array(timeRange)), holidays: z.array(z.string()) }),
    }),
    roles: z.object({
      admins: userIds,
      reviewers: userIds,
      salesSigners: userIds,
      marketingSigners: userIds,
    }),
  }),
  definitions: z.array(definitionView),
  choices: z.object({
    reasons: z.array(reasonChoice).describe('every reason that can be made active'),
    hubspot: z
      .object({ codes: z.array(z.string()), undecided: z.array(z.string()) })
      .nullable()
      .optional()
      .describe(
        "the portal's own Lead disqualification options as reasons, and what of them needs a decision",
      ),
    crosswalk: z.array(z.string()).optional().describe('how the history of earlier reasons is read'),
    activeReasons: z.object({ min: z.number(), max: z.number() }),
    routingModes: z.array(option),
    trackKinds: z.array(option),
    scoreModes: z.array(option),
    legalBases: z.array(option),
    guardModes: z.array(option),
    enrichmentWays: z.array(option),
    leadStatuses: z.array(z.string()),
    leadStatusLabels: z.record(z.string(), z.string()).optional().describe('value → what people call it'),
    sources: z
      .array(z.object({ value: z.string(), label: z.string() }))
      .optional()
      .describe('where HubSpot says that a contact came from'),
    people: z.array(user),
  }),
  toolSecret: z
    .string()
    .nullable()
    .describe('signs the calls to and from the enrichment tool; for admins alone'),
  may: z.object({
    save: may,
    claims: z.boolean().describe('no admin is named yet: who saves first becomes the admin'),
    draft: may,
    signSales: may,
    signMarketing: may,
  }),
  history: z.array(z.object({ version: z.number(), by: z.string(), at: z.iso.datetime(), what: z.string() })),
});

export const sectionKey = z.enum(SECTIONS.map(({ key }) => key));

export type SettingsRequest = z.infer<typeof settingsRequest>;
/** As the page writes it: an empty number is `null`. */
export type SettingsToSend = z.input<typeof settingsRequest>;
export type SettingsAnswer = z.infer<typeof settingsAnswer>;
export type SettingsView = z.infer<typeof settingsView>;
export type DefinitionView = z.infer<typeof definitionView>;
export type ReasonChoice = z.infer<typeof reasonChoice>;
export type DraftRequest = z.infer<typeof draftRequest>;
export type SignRequest = z.infer<typeof signRequest>;
export type IcpContent = z.infer<typeof icpContent>;
export type TextContent = z.infer<typeof textContent>;
export type { DefinitionKind, Section, Side } from '../settingsLists.ts';
