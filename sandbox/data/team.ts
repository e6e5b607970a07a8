/** Who works in the story's portal. */

import type { OwnerRow } from './content.ts';

const DACH = { id: '501', name: 'Inbound DACH', primary: true };
const INTERNATIONAL = { id: '502', name: 'Inbound International', primary: true };
const MARKETING = { id: '503', name: 'Marketing operations', primary: true };

/** Owner id, HubSpot user id, name, team. Owners and users are two numbers at HubSpot, and are easily mixed up. */
const PEOPLE = [
  ['7101', 9101, 'Hanna', 'Vogelsang', DACH],
  ['7102', 9102, 'Timo', 'Brandt', DACH],
  ['7103', 9103, 'Selin', 'Aydın', DACH],
  ['7104', 9104, 'Konrad', 'Fiedler', DACH],
  ['7105', 9105, 'Maya', 'Whitcombe', INTERNATIONAL],
  ['7106', 9106, 'Rafael', 'Quintana', INTERNATIONAL],
  ['7107', 9107, 'Ingrid', 'Solheim', INTERNATIONAL],
  ['7108', 9108, 'Daniel', 'Mensah', INTERNATIONAL],
  ['7109', 9109, 'Pia', 'Lindqvist', MARKETING],
] as const;

export type Rep = {
  readonly ownerId: string;
  readonly userId: number;
  readonly email: string;
  readonly name: string;
};

const toRep = ([ownerId, userId, firstName, lastName]: (typeof PEOPLE)[number]): Rep => ({
  ownerId,
  userId,
  email: `${firstName.toLowerCase()}@lagerwerk.example`,
  name: `${firstName} ${lastName}`,
});

const ofTeam = (id: string): readonly Rep[] => PEOPLE.filter((person) => person[4].id === id).map(toRep);

/** The reps, by the leads they get: German-speaking countries, and all others. */
export const REPS_DACH = ofTeam(DACH.id);
export const REPS_INTERNATIONAL = ofTeam(INTERNATIONAL.id);
export const REPS: readonly Rep[] = [...REPS_DACH, ...REPS_INTERNATIONAL];

export const ownerRows = (createdAt: string): OwnerRow[] =>
  PEOPLE.map((person) => ({
    id: person[0],
    userId: person[1],
    email: toRep(person).email,
    firstName: person[2],
    lastName: person[3],
    createdAt,
    teams: [person[4]],
  }));
