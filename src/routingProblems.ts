/** What is wrong with the section "Routing and tracks", each problem beside its field. */

import type { SettingsProblem } from './refusals.ts';
import { isReasonCode } from './reasons.ts';
import { writeProblem } from './mayWrite.ts';
import { problem } from './settingsWords.ts';
import type { RouteSetting, RoutingSettings } from './tracks.ts';

const LONGEST_VALUE = 200;
const LONGEST_EXPLANATION = 1_000;

const ID = /^[0-9]{1,20}$/;
/** "Newsletter", "news_letter", "News letter". */
const NEWSLETTER = /news[\s_-]*letter/i;

/** Where points stand unless the customer has a property of its own. */
const OWN_SCORES = ['mqlr_score_behaviour', 'mqlr_score_fit', 'mqlr_score_nurture'];

export function routingProblems(routing: RoutingSettings): readonly SettingsProblem[] {
  const { routes, score, unsubscribe } = routing;
  const names = [score.behaviour, score.fit, score.nurture];
  return [
    ...routes.flatMap((route, index) => routeProblems(route, `routing.routes[${index}]`)),
    ...routes.flatMap(({ code }, index) =>
      routes.findIndex((other) => other.code === code) === index
        ? []
        : [problem(`routing.routes[${index}]`, 'This reason has two tracks; it can have one.')],
    ),
    ...(['behaviour', 'fit', 'nurture'] as const).flatMap((part, index) => {
      const name = score[part];
      const field = `routing.score.${part}`;
      const wrong = writeProblem(name, OWN_SCORES);
      if (wrong !== null) return [problem(field, wrong)];
      return names.indexOf(name) === index
        ? []
        : [problem(field, `“${name}” is named twice: behaviour, fit and nurture need a property each.`)];
    }),
    ...unsubscribeProblems(unsubscribe),
  ];
}

function routeProblems({ code, track }: RouteSetting, field: string): readonly SettingsProblem[] {
  if (!isReasonCode(code)) return [problem(field, `There is no reason code “${String(code)}”.`)];
  const { kind, target, value } = track;
  const named = [target, value].find((text) => NEWSLETTER.test(text));
  if (named !== undefined)
    return [
      problem(
        `${field}.target`,
        `“${named}” looks like a general newsletter. A rejected lead goes to the track of its reason, or it is lost in there.`,
      ),
    ];
  if (value.length > LONGEST_VALUE)
    return [problem(`${field}.value`, `At most ${LONGEST_VALUE} characters.`)];
  switch (kind) {
    case 'list':
      if (target === '') return [];
      if (!ID.test(target))
        return [problem(`${field}.target`, 'The id of a list is a number; empty for the app’s own list.')];
      return value.trim() === ''
        ? [problem(`${field}.value`, 'Name the list: reps read it on the card.')]
        : [];
    case 'property': {
      const wrong = writeProblem(target);
      if (wrong !== null) return [problem(`${field}.target`, wrong)];
      return value === '' ? [problem(`${field}.value`, 'Say which value the workflow enrols on.')] : [];
    }
    case 'sequence':
      if (!ID.test(target)) return [problem(`${field}.target`, 'The id of a sequence is a number.')];
      return value.trim() === ''
        ? [problem(`${field}.value`, 'Name the sequence: reps read it on the card.')]
        : [];
  }
}

function unsubscribeProblems({
  subscriptionIds,
  explanation,
}: RoutingSettings['unsubscribe']): readonly SettingsProblem[] {
  const wrong = subscriptionIds.find((id) => !ID.test(id));
  return [
    ...(wrong === undefined
      ? []
      : [
          problem(
            'routing.unsubscribe.subscriptionIds',
            `“${wrong}” is not the id of a subscription type: those are numbers.`,
          ),
        ]),
    ...(subscriptionIds.length > 0 && explanation.trim() === ''
      ? [
          problem(
            'routing.unsubscribe.explanation',
            'Write why people are unsubscribed: HubSpot keeps it with the legal basis.',
          ),
        ]
      : []),
    ...(explanation.length > LONGEST_EXPLANATION
      ? [
          problem(
            'routing.unsubscribe.explanation',
            `The explanation has at most ${LONGEST_EXPLANATION.toLocaleString('en-GB')} characters.`,
          ),
        ]
      : []),
  ];
}
