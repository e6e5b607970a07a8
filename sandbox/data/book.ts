/** Gathers the records of a story, gives them ids, and links them. */

import {
  type AssociationRow,
  type ObjectTypeName,
  type RecordRow,
  type Version,
  PRIMARY_COMPANY_OF_CONTACT,
  PRIMARY_CONTACT_OF_LEAD,
} from './content.ts';

type Draft = {
  readonly id?: string;
  readonly createdAt: Date;
  readonly properties: Readonly<Record<string, string>>;
  readonly history?: Readonly<Record<string, readonly Version[]>>;
};

/** First ids, far enough apart that an id tells what it is the id of. */
const FIRST_ID = {
  contacts: 10_001,
  companies: 30_001,
  leads: 40_001,
  tasks: 50_001,
  notes: 60_001,
} as const;

/** An instant as HubSpot prints it: whole seconds without a fraction. */
export const instant = (at: Date): string =>
  new Date(Math.floor(at.getTime() / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');

export type Book = ReturnType<typeof createBook>;

export const createBook = () => {
  const objects: Record<ObjectTypeName, RecordRow[]> = {
    contacts: [],
    companies: [],
    leads: [],
    tasks: [],
    notes: [],
  };
  const next = { ...FIRST_ID } as Record<ObjectTypeName, number>;
  const associations: AssociationRow[] = [];
  const companies = new Map<string, string>();

  const add = (type: ObjectTypeName, draft: Draft): string => {
    const id = draft.id ?? String(next[type]++);
    objects[type].push({
      id,
      createdAt: instant(draft.createdAt),
      properties: draft.properties,
      ...(draft.history && { history: draft.history }),
    });
    return id;
  };
  const associate = (from: AssociationRow['from'], to: AssociationRow['to'], typeId?: number): void => {
    associations.push({ from, to, ...(typeId !== undefined && { typeId }) });
  };

  return {
    objects,
    associations,
    add,
    /** The company with this domain, made from the draft when it is new. */
    company: (domain: string, draft: Draft): string => {
      const id = companies.get(domain) ?? add('companies', draft);
      companies.set(domain, id);
      return id;
    },
    linkCompany: (contactId: string, companyId: string): void =>
      associate(
        { type: 'contacts', id: contactId },
        { type: 'companies', id: companyId },
        PRIMARY_COMPANY_OF_CONTACT,
      ),
    linkLead: (leadId: string, contactId: string): void =>
      associate({ type: 'leads', id: leadId }, { type: 'contacts', id: contactId }, PRIMARY_CONTACT_OF_LEAD),
    note: (contactId: string, at: Date, text: string, ownerId: string): void => {
      const id = add('notes', {
        createdAt: at,
        properties: {
          hs_note_body: text,
          hs_body_preview: text.slice(0, 200),
          hs_timestamp: instant(at),
          hubspot_owner_id: ownerId,
        },
      });
      associate({ type: 'notes', id }, { type: 'contacts', id: contactId });
    },
    task: (
      contactId: string,
      task: { readonly subject: string; readonly dueAt: Date; readonly doneAt: Date | null },
      ownerId: string,
      at: Date,
    ): void => {
      const done = task.doneAt;
      const id = add('tasks', {
        createdAt: at,
        properties: {
          hs_task_subject: task.subject,
          hs_task_type: 'CALL',
          hs_task_priority: 'MEDIUM',
          hs_task_status: done === null ? 'NOT_STARTED' : 'COMPLETED',
          hs_task_is_completed: done === null ? '0' : '1',
          ...(done !== null && { hs_task_completion_date: instant(done) }),
          hs_timestamp: instant(task.dueAt),
          hubspot_owner_id: ownerId,
        },
      });
      associate({ type: 'tasks', id }, { type: 'contacts', id: contactId });
    },
  };
};
