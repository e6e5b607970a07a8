import { hubspot } from '@hubspot/ui-extensions';
import { AnswerCard } from './answer/AnswerCard.tsx';

hubspot.extend<'crm.preview'>(({ context, actions }) => (
  <AnswerCard context={context} actions={actions} width="narrow" />
));
