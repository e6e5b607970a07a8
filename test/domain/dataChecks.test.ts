import { expect, it } from '@jest/globals';
import { checkData } from '../../src/dataChecks.ts';
import { buildFacts } from '../store/builders.ts';

const FINE = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  email: 'ada@engines.example',
  phone: '+49 30 901820',
  company: 'Analytical Engines',
  jobTitle: 'VP Operations',
};

it.each([
  { facts: {}, checks: [] },
  { facts: { phone: '030 901820' }, checks: [] },
  { facts: { phone: '' }, checks: ['phone'] },
  { facts: { phone: '111 111 111' }, checks: ['phone'] },
  { facts: { phone: '+49 1' }, checks: ['phone'] },
  { facts: { phone: '', mobilePhone: '+49 170 1234567' }, checks: [] },
  { facts: { email: '' }, checks: ['email'] },
  { facts: { email: 'ada@engines' }, checks: ['email'] },
  { facts: { email: 'ada@en gines.example' }, checks: ['email'] },
  { facts: { email: 'ada@-engines.example' }, checks: ['email'] },
  { facts: { email: 'ada@Mailinator.com' }, checks: ['disposable'] },
  { facts: { email: 'ada@gmail.com' }, checks: [] },
  { facts: { email: 'ada@gmail.com', company: 'N/A' }, checks: ['personal', 'company'] },
  { facts: { company: '' }, checks: ['company'] },
  { facts: { firstName: 'asdf', lastName: 'xxxx' }, checks: ['first_name', 'last_name'] },
  { facts: { firstName: 'aaaa' }, checks: ['first_name'] },
  { facts: { firstName: 'Testa', lastName: 'Noone' }, checks: [] },
  { facts: { jobTitle: '???' }, checks: ['job_title'] },
])('$facts fails $checks', ({ facts, checks }) => {
  expect(checkData(buildFacts('1', { ...FINE, ...facts })).map(({ check }) => check)).toEqual(checks);
});
