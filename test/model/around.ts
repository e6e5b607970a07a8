/**
 * One run of what people, workflows and other apps do to leads around the card, and the laws that must hold when all of
 * it has come through. Nothing is predicted here: what happened is read from HubSpot's own history, what we made of it
 * from our tables, and the two must fit.
 */

import { expect } from '@jest/globals';
import { sql } from 'kysely';
import { drainPlans } from '../../server/flows/drainPlans.ts';
import { guardRecords } from '../../server/flows/guardRecords.ts';
import { sweep } from '../../server/flows/sweep.ts';
import { watchSla } from '../../server/flows/watchSla.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { listRollups, rebuildRollups } from '../../server/store/rollups.ts';
import { portalsWithDueSteps } from '../../server/store/stepClaims.ts';
import { contactRef, type Json } from '../flows/house.ts';
import { everyRow } from '../store/dump.ts';
import { APP_ID } from '../flows/house.ts';
import { checkCompanions } from './aroundLaws.ts';
import { looksAgain } from './aroundWork.ts';
import type { Stage } from './stage.ts';

const CONTACTS = '/crm/objects/2026-09/contacts';
const FOLLOWED = ['hs_lead_status', 'lifecyclestage', 'mqlr_reason', 'mqlr_next_step_on'] as const;
const MQL_DATE = 'hs_lifecyclestage_marketingqualifiedlead_date';
const REJECTED = ['UNQUALIFIED', 'BAD_TIMING'];
const ANSWERABLE = ['marketingqualifiedlead', 'salesqualifiedlead'];

export type Person = {
  /** Unlike any other in the database: what must be gone after an erasure. */
  readonly name: string;
  /** Another one after a merge. */
  contactId: string;
  readonly leadId: string | null;
  fate: 'there' | 'deleted' | 'erased';
};

/** A request that was taken, to be sent again. */
export type Taken = {
  readonly person: Person;
  readonly answer: string;
  readonly again: () => Promise<unknown>;
};

type Version = { readonly value: string; readonly at: number; readonly isOurs: boolean };
type Held = {
  readonly values: Readonly<Record<string, string>>;
  readonly latest: (property: (typeof FOLLOWED)[number]) => Version | undefined;
};

export class Around {
  readonly stage: Stage;
  readonly people: readonly Person[];
  readonly taken: Taken[] = [];
  readonly entryIds: string[] = [];

  private constructor(stage: Stage, people: readonly Person[]) {
    this.stage = stage;
    this.people = people;
  }

  static async begin(stage: Stage, name: string): Promise<Around> {
    const people: Person[] = [];
    for (const [place, withLead] of [true, false, false].entries()) {
      const unique = `${name}x${place}`;
      people.push({ name: unique, fate: 'there', ...(await stage.addLead(unique, withLead)) });
    }
    const run = new Around(stage, people);
    await run.hear();
    return run;
  }

  /** Those that share a record after a merge are one. */
  get records(): readonly Person[] {
    return [...new Map(this.people.map((person) => [person.contactId, person])).values()];
  }

  /** Everything that HubSpot tells is taken in, looked at and carried out, until it tells nothing more. */
  async hear(): Promise<void> {
    const { house } = this.stage;
    for (let turn = 0; ; turn += 1) {
      if (turn > 60) throw new Error('HubSpot and the app keep answering each other.');
      const events = await this.stage.inbox();
      await this.stage.deliver(events);
      await guardRecords(house.context, house.portalId);
      await house.refresh();
      await this.drain();
      const due = await portalsWithDueSteps(house.context.store.db, house.context.now());
      if (events.length === 0 && !due.includes(house.portalId)) return;
      await house.passSeconds(turn > 3 ? 700 : 1);
    }
  }

  async drain(context = this.stage.house.context): Promise<void> {
    // In a busy portal batches wait two seconds to fill; here the portal is busy all the time.
    const gateway = { ...context.gateway, recentCalls: () => 0 };
    await drainPlans({ ...context, gateway }, this.stage.house.portalId);
  }

  async settle(): Promise<void> {
    const { house } = this.stage;
    await this.hear();
    // Leases of processes that died, and then the week in which the batch did not meet.
    await house.passSeconds(700);
    await this.hear();
    await house.passDays(8);
    await sweep(house.context);
    const there = this.records.filter(({ fate }) => fate === 'there').map(({ contactId }) => contactId);
    // Also before the jobs look again: they put some things right by themselves.
    await checkCompanions(house.context.store.db, house.portalId, there);
    await looksAgain(this);
    await watchSla(house.context, house.portalId);
    await this.hear();
    await this.#checkCarriedOut();
    await checkCompanions(house.context.store.db, house.portalId, there);
    for (const person of this.records) if (person.fate === 'there') await this.#checkRecord(person);
    await this.#checkErased();
    await this.#checkCounts();
    for (const { again, answer, person } of this.taken)
      if (person.fate !== 'erased') expect(JSON.stringify(await again())).toBe(answer);
  }

  async #checkRecord({ contactId, name }: Person): Promise<void> {
    const { context, portalId, identity } = this.stage.house;
    const held = await this.#held(contactId);
    const answer = await context.store.db
      .selectFrom('standingAnswer')
      .innerJoin('ledger', (join) =>
        join
          .onRef('ledger.portalId', '=', 'standingAnswer.portalId')
          .onRef('ledger.entryId', '=', 'standingAnswer.entryId'),
      )
      .select(['standingAnswer.kind', 'standingAnswer.entryId', 'ledger.reason', 'ledger.at'])
      .where('standingAnswer.portalId', '=', portalId)
      .where('standingAnswer.contactId', '=', contactId)
      .executeTakeFirst();
    const open = await context.store.db
      .selectFrom('guardFinding')
      .select('outcome')
      .where('portalId', '=', portalId)
      .where('contactId', '=', contactId)
      .where('state', '=', 'open')
      .execute();
    const lastEntry = await context.store.db
      .selectFrom('ledger')
      .select('at')
      .where('portalId', '=', portalId)
      .where('contactId', '=', contactId)
      .orderBy('seq', 'desc')
      .executeTakeFirst();
    const said = { name, contactId, values: held.values, kind: answer?.kind ?? 'none', open };

    // No reason, no rejection: a status that somebody set is answered for, or waits under a name of its own.
    const status = held.latest('hs_lead_status');
    const since = Math.max(lastEntry?.at.getTime() ?? 0, Date.parse(held.values[MQL_DATE] ?? '') || 0);
    const isRejectedByOthers =
      ANSWERABLE.includes(held.values['lifecyclestage'] ?? '') &&
      REJECTED.includes(held.values['hs_lead_status'] ?? '') &&
      status?.isOurs === false &&
      status.at > since;
    if (isRejectedByOthers && answer?.kind !== 'rejection')
      expect({ ...said, waits: open.some(({ outcome }) => outcome === 'held') }).toEqual({
        ...said,
        waits: true,
      });

    // Nothing comes back without proof: while a rejection stands, nobody's word makes the lead an MQL again.
    const stage = held.latest('lifecyclestage');
    if (answer?.kind === 'rejection' && stage !== undefined && !stage.isOurs)
      expect({ ...said, isBack: ANSWERABLE.includes(stage.value) && stage.at > answer.at.getTime() }).toEqual(
        {
          ...said,
          isBack: false,
        },
      );

    // HubSpot says what our ledger says, where nobody else had the last word.
    const reason = held.latest('mqlr_reason');
    if (answer?.kind === 'rejection' && reason?.isOurs === true)
      expect({ ...said, reason: reason.value }).toEqual({ ...said, reason: answer.reason });
    const next = held.latest('mqlr_next_step_on');
    if (answer?.kind === 'rejection' && next?.isOurs === true)
      expect({ ...said, hasDate: next.value !== '' }).toEqual({ ...said, hasDate: true });

    const card = await viewCard(context, identity, contactRef(contactId));
    expect({ ...said, card: card.ok ? (card.standing?.id ?? null) : card.kind }).toEqual({
      ...said,
      card: answer?.entryId ?? null,
    });
  }

  async #held(contactId: string): Promise<Held> {
    const names = [...FOLLOWED, MQL_DATE].join(',');
    const read = (await this.stage.house.hubspot(
      'GET',
      `${CONTACTS}/${contactId}?properties=${names}&propertiesWithHistory=${FOLLOWED.join(',')}`,
    )) as Json & {
      properties: Record<string, string | null>;
      propertiesWithHistory: Record<
        string,
        readonly { value: string; timestamp: string; sourceType: string; sourceId?: string }[]
      >;
    };
    const values = Object.fromEntries(
      Object.entries(read.properties).map(([name, value]) => [name, value ?? '']),
    );
    return {
      values,
      latest: (property) => {
        const [version] = read.propertiesWithHistory[property] ?? [];
        if (version === undefined) return undefined;
        const isOurs = version.sourceType === 'INTEGRATION' && version.sourceId === String(APP_ID);
        return { value: version.value, at: Date.parse(version.timestamp), isOurs };
      },
    };
  }

  /** Everything owed is through, and what makes something new made one of it. */
  async #checkCarriedOut(): Promise<void> {
    const { house } = this.stage;
    const there = this.records.filter(({ fate }) => fate === 'there').map(({ contactId }) => contactId);
    const open = await house.context.store.db
      .selectFrom('planStep')
      .select(['contactId', 'kind', 'state', 'problem'])
      .where('portalId', '=', house.portalId)
      .where('contactId', 'in', there.length === 0 ? ['none'] : there)
      .where('state', 'in', ['pending', 'running', 'unknown'])
      .where('dueAt', '<=', house.context.now())
      .execute();
    expect(open).toEqual([]);
    const state = (await house.control('GET', '/state?without=history')) as {
      objects: Record<'tasks' | 'notes', Record<string, { properties: Record<string, string> }>>;
    };
    const made = Object.entries({ tasks: 'hs_task_body', notes: 'hs_note_body' }).flatMap(([type, body]) =>
      Object.values(state.objects[type as 'tasks' | 'notes']).flatMap(({ properties }) => {
        const reference = /Ref ([\w-]+)$/.exec(properties[body] ?? '')?.[1];
        return reference === undefined ? [] : [reference];
      }),
    );
    const counts = Map.groupBy(made, (reference) => reference);
    expect([...counts].filter(([, times]) => times.length > 1).map(([reference]) => reference)).toEqual([]);
    const done = await house.context.store.db
      .selectFrom('planStep')
      .select('stepId')
      .where('portalId', '=', house.portalId)
      .where('kind', 'in', ['create-task', 'create-note'])
      .where('state', '=', 'done')
      .where('undoesStepId', 'is', null)
      .where('contactId', 'in', there.length === 0 ? ['none'] : there)
      .execute();
    expect(done.filter(({ stepId }) => !counts.has(stepId))).toEqual([]);
  }

  async #checkErased(): Promise<void> {
    const erased = this.people.filter(({ fate }) => fate === 'erased');
    if (erased.length === 0) return;
    const rows = await everyRow(this.stage.house.context.store);
    for (const { name } of erased) expect(rows.filter((row) => row.includes(name))).toEqual([]);
  }

  async #checkCounts(): Promise<void> {
    const { context, portalId } = this.stage.house;
    const counted = async () =>
      (await listRollups(context.store.db, portalId))
        .filter(({ n }) => n !== 0)
        .map((row) => JSON.stringify(row));
    const before = await counted();
    await context.store.transaction((tx) => rebuildRollups(tx, portalId));
    expect(await counted()).toEqual(before);
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from ledger entry where portal_id = ${portalId} and kind = 'rejection' and reason is null`.execute(
      context.store.db,
    );
    expect(rows).toEqual([{ n: 0 }]);
  }
}
