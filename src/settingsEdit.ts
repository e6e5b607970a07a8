/** One section of the settings after an edit, and the problems that only the comparison with before can show. */

import type { SettingsRequest } from './contract/settings.ts';
import { PRESETS } from './presets.ts';
import type { ReasonCode } from './reasons.ts';
import type { SettingsProblem } from './refusals.ts';
import { hasNoAdmin, ROLE_LISTS } from './roles.ts';
import type { ReasonSetting, Roles, Settings } from './settings.ts';
import type { RoutingSettings } from './tracks.ts';

/**
 * The settings with one section as it was sent. A reason that is no longer active counts as retired from now on; and
 * where nobody was admin, who saves becomes one.
 */
export function applyEdit(before: Settings, edit: SettingsRequest, userId: number): Settings {
  const after = edited(before, edit);
  return hasNoAdmin(before.roles) ? { ...after, roles: withAdmin(after.roles, userId) } : after;
}

function edited(before: Settings, edit: SettingsRequest): Settings {
  switch (edit.section) {
    case 'reasons': {
      // Codes come over the wire as text; problemsOf refuses those that the registry does not have.
      const reasons = edit.value.reasons.map((one) => tidy(one as ReasonSetting));
      const codes = reasons.map(({ code }) => code);
      const { crosswalk: _, ...value } = edit.value;
      return {
        ...before,
        ...value,
        reasons,
        retired: retiredAfter(before, codes),
        preset: presetWith(codes),
      };
    }
    case 'routing':
      return { ...before, routing: toRouting(before, edit.value) };
    case 'gate': {
      const { demoWords, pricingWords } = edit.value;
      return {
        ...before,
        gate: { ...edit.value, demoWords: distinct(demoWords), pricingWords: distinct(pricingWords) },
      };
    }
    case 'guard':
      return {
        ...before,
        guard: { ...edit.value, rejectedStatuses: distinct(edit.value.rejectedStatuses) },
      };
    case 'followUp': {
      const { renewalProperty, fiscalYearProperty, budgetProperty, enrichTarget, csmProperty } = edit.value;
      return {
        ...before,
        followUp: {
          ...edit.value,
          renewalProperty: renewalProperty.trim(),
          fiscalYearProperty: fiscalYearProperty.trim(),
          budgetProperty: budgetProperty.trim(),
          enrichTarget: enrichTarget.trim(),
          csmProperty: csmProperty.trim(),
        },
      };
    }
    case 'sla': {
      const { hours, onlyInbound, outboundSources } = edit.value;
      const holidays = distinct(hours.holidays).sort();
      // Pages of earlier releases do not send them.
      const inbound = {
        onlyInbound: onlyInbound ?? before.sla.onlyInbound,
        outboundSources: distinct(outboundSources ?? before.sla.outboundSources),
      };
      return { ...before, sla: { ...edit.value, ...inbound, hours: { ...hours, holidays } } };
    }
    case 'handOff':
      return {
        ...before,
        handOff: { ...edit.value, acceptedStatuses: distinct(edit.value.acceptedStatuses) },
      };
    case 'roles':
      return { ...before, roles: edit.value };
  }
}

/**
 * What an edit may not do, however well its values read by themselves.
 *
 * @param known the portal's people; who had a role before, or saves just now, may have a user but no name there
 */
export function editProblems(
  before: Settings,
  after: Settings,
  known: { readonly userNames: Readonly<Record<string, string>>; readonly userId: number },
): readonly SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  if (!hasNoAdmin(before.roles) && hasNoAdmin(after.roles)) {
    const sentence = 'Keep one admin: nobody else may change the settings.';
    problems.push({ field: 'roles.admins', sentence });
  }
  const familiar = new Set([...ROLE_LISTS.flatMap((list) => before.roles[list]), known.userId]);
  for (const list of ROLE_LISTS) {
    const unknown = after.roles[list].filter(
      (id) => !familiar.has(id) && !Object.hasOwn(known.userNames, String(id)),
    );
    const sentence = `Nobody in this portal has the user id ${unknown.join(', ')}.`;
    if (unknown.length > 0) problems.push({ field: `roles.${list}`, sentence });
  }
  return problems;
}

/** A reason that is not active now keeps what was decided about it. */
function toRouting(
  before: Settings,
  value: Extract<SettingsRequest, { readonly section: 'routing' }>['value'],
): RoutingSettings {
  const { routes, score, unsubscribe } = value;
  const sent = routes.map(({ code, track: { kind, target, value: said }, ...rest }) => ({
    ...rest,
    // Codes come over the wire as text; problemsOf refuses those that the registry does not have.
    code: code as ReasonCode,
    track: { kind, target: target.trim(), value: said.trim() },
  }));
  const others = before.routing.routes.filter(({ code }) => !sent.some((route) => route.code === code));
  return {
    ...value,
    routes: [...sent, ...others],
    score: {
      ...score,
      behaviour: score.behaviour.trim(),
      fit: score.fit.trim(),
      nurture: score.nurture.trim(),
    },
    unsubscribe: {
      ...unsubscribe,
      subscriptionIds: distinct(unsubscribe.subscriptionIds),
      explanation: unsubscribe.explanation.trim(),
    },
  };
}

const tidy = (reason: ReasonSetting): ReasonSetting => ({
  ...reason,
  label: reason.label.trim(),
  meaning: reason.meaning.trim(),
});

function retiredAfter(before: Settings, codes: readonly ReasonCode[]): readonly ReasonCode[] {
  const once = [...before.retired, ...before.reasons.map(({ code }) => code)];
  return [...new Set(once)].filter((code) => !codes.includes(code));
}

/** The preset that activates exactly these codes, in any order. */
function presetWith(codes: readonly string[]): Settings['preset'] {
  const same = PRESETS.find(
    (preset) => preset.codes.length === codes.length && preset.codes.every((code) => codes.includes(code)),
  );
  return same?.key ?? 'own';
}

function withAdmin(roles: Roles, userId: number): Roles {
  return roles.admins.includes(userId) ? roles : { ...roles, admins: [...roles.admins, userId] };
}

const distinct = (words: readonly string[]): string[] => [
  ...new Set(words.map((word) => word.trim()).filter((word) => word !== '')),
];
