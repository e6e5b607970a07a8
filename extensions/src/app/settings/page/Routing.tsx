import { Checkbox, Flex, Heading, Select, Text, Tile } from '@hubspot/ui-extensions';
import type { SettingsToSend, SettingsView } from '@mql-rejection-loop/domain/contract/settings';
import { LinesField, NumberField, TextField, Wrong } from './fields.tsx';
import { SectionFrame } from './SectionFrame.tsx';
import { useDraft, useSaving, type Page, type Saving } from './useSettings.ts';
import { ROUTING_WORDS, TRACK_WORDS } from './words.ts';

type Draft = Extract<SettingsToSend, { section: 'routing' }>['value'];
type Route = Draft['routes'][number];

/** Where each active reason's leads go on, their points, and what happens around a rejection. */
export function Routing({ page }: { readonly page: Page }) {
  const { draft, change: setDraft, latest } = useDraft<Draft>(page.view.settings.routing);
  const saving = useSaving(page, 'routing');
  const { choices, settings } = page.view;
  const change = (edit: (before: Draft) => Partial<Draft>): void =>
    setDraft((before) => ({ ...before, ...edit(before) }));
  const editRoute = (code: string, edit: (before: Route) => Partial<Route>): void =>
    change(({ routes }) => ({
      routes: routes.map((route) => (route.code === code ? { ...route, ...edit(route) } : route)),
    }));
  const editScore = (over: Partial<Draft['score']>): void =>
    change(({ score }) => ({ score: { ...score, ...over } }));
  const editUnsubscribe = (over: Partial<Draft['unsubscribe']>): void =>
    change(({ unsubscribe }) => ({ unsubscribe: { ...unsubscribe, ...over } }));
  const save = (): void =>
    saving.send({ basedOnVersion: page.base(), section: 'routing', value: latest() }, page.api.save);
  const labelOf = (code: string): string =>
    settings.reasons.reasons.find((reason) => reason.code === code)?.label ?? code;
  return (
    <SectionFrame page={page} section="routing" saving={saving} onSave={save}>
      {draft.routes.map((route, place) => (
        <ReasonRoute
          key={route.code}
          route={route}
          label={labelOf(route.code)}
          field={`routing.routes[${place}]`}
          choices={choices}
          saving={saving}
          onEdit={(edit) => editRoute(route.code, edit)}
        />
      ))}
      <Heading>{ROUTING_WORDS.points}</Heading>
      <Text variant="microcopy">{ROUTING_WORDS.pointsMeaning}</Text>
      {ROUTING_WORDS.scoreParts.map(({ part, label }) => (
        <TextField
          key={part}
          name={`score.${part}`}
          label={label}
          first={draft.score[part]}
          problem={saving.problemAt(`routing.score.${part}`)}
          onType={(name) => editScore({ [part]: name })}
        />
      ))}
      <NumberField
        name="score.decayShare"
        label={ROUTING_WORDS.decayShare}
        description={ROUTING_WORDS.decayMeaning}
        first={draft.score.decayShare}
        problem={saving.problemAt('routing.score.decayShare')}
        onType={(decayShare) => editScore({ decayShare })}
      />
      {ROUTING_WORDS.switches.map(({ name, label }) => (
        <Checkbox
          key={name}
          name={name}
          checked={draft[name]}
          onChange={(checked) => change(() => ({ [name]: checked }))}
        >
          {label}
        </Checkbox>
      ))}
      <Heading>{ROUTING_WORDS.unsubscribe}</Heading>
      <Text variant="microcopy">{ROUTING_WORDS.unsubscribeMeaning}</Text>
      <LinesField
        name="unsubscribe.subscriptionIds"
        label={ROUTING_WORDS.subscriptions}
        description={ROUTING_WORDS.onePerLine}
        first={draft.unsubscribe.subscriptionIds}
        problem={saving.problemAt('routing.unsubscribe.subscriptionIds')}
        onType={(subscriptionIds) => editUnsubscribe({ subscriptionIds })}
      />
      <Select
        name="unsubscribe.legalBasis"
        label={ROUTING_WORDS.legalBasis}
        value={draft.unsubscribe.legalBasis}
        options={choices.legalBases}
        // HubSpot gives back the value of an option, and the server made the options.
        onChange={(basis) => editUnsubscribe({ legalBasis: basis as Draft['unsubscribe']['legalBasis'] })}
      />
      <TextField
        name="unsubscribe.explanation"
        label={ROUTING_WORDS.explanation}
        rows={2}
        first={draft.unsubscribe.explanation}
        problem={saving.problemAt('routing.unsubscribe.explanation')}
        onType={(explanation) => editUnsubscribe({ explanation })}
      />
    </SectionFrame>
  );
}

type RouteProps = {
  readonly route: Route;
  readonly label: string;
  /** Where its problems are said. */
  readonly field: string;
  readonly choices: SettingsView['choices'];
  readonly saving: Saving;
  /** Edits what was typed last: the host may still hold an earlier drawing. */
  readonly onEdit: (edit: (before: Route) => Partial<Route>) => void;
};

function ReasonRoute({ route, label, field, choices, saving, onEdit }: RouteProps) {
  const { code, track, score, asRep } = route;
  const words = TRACK_WORDS[track.kind];
  const editTrack = (over: Partial<Route['track']>): void =>
    onEdit((before) => ({ track: { ...before.track, ...over } }));
  return (
    <Tile compact>
      <Flex direction="column" gap="sm">
        <Text format={{ fontWeight: 'bold' }}>{label}</Text>
        <Wrong problem={saving.problemAt(field)} />
        <Select
          name={`${code}.track`}
          label="Track"
          value={track.kind}
          options={choices.trackKinds}
          // HubSpot gives back the value of an option, and the server made the options.
          onChange={(kind) => editTrack({ kind: kind as Route['track']['kind'] })}
        />
        <TextField
          name={`${code}.target`}
          label={words.target}
          first={track.target}
          problem={saving.problemAt(`${field}.target`)}
          onType={(target) => editTrack({ target })}
        />
        <TextField
          name={`${code}.value`}
          label={words.value}
          first={track.value}
          problem={saving.problemAt(`${field}.value`)}
          onType={(value) => editTrack({ value })}
        />
        <Select
          name={`${code}.score`}
          label="Score"
          value={score}
          options={choices.scoreModes}
          onChange={(mode) => onEdit(() => ({ score: mode as Route['score'] }))}
        />
        <Checkbox
          name={`${code}.asRep`}
          checked={asRep}
          onChange={(checked) => onEdit(() => ({ asRep: checked }))}
        >
          Sent as from the rep
        </Checkbox>
      </Flex>
    </Tile>
  );
}
