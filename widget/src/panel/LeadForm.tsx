import type { LeadField, LeadRequest } from '@netia/protocol';
import { Component } from 'preact';
import type { ChatState } from '../state/chat.ts';
import type { Texts } from '../texts/en.ts';

interface LeadFormProps {
  fields: LeadField[];
  texts: Texts;
  leadState: ChatState['leadState'];
  onSend(lead: LeadRequest): void;
}

const KINDS = {
  name: { input: { type: 'text', autocomplete: 'name' }, label: 'leadName' },
  email: { input: { type: 'email', autocomplete: 'email' }, label: 'leadEmail' },
  phone: { input: { type: 'tel', autocomplete: 'tel' }, label: 'leadPhone' },
  company: { input: { type: 'text', autocomplete: 'organization' }, label: 'leadCompany' },
} as const;

export class LeadForm extends Component<LeadFormProps, { isEmpty: boolean }> {
  override state = { isEmpty: false };

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (this.props.leadState === 'sending') return;
    const form = event.currentTarget as HTMLFormElement;
    const lead = Object.fromEntries([...new FormData(form)].filter(([, value]) => String(value).trim())) as LeadRequest;
    const isEmpty = !lead.email && !lead.phone;
    this.setState({ isEmpty });
    if (!isEmpty) this.props.onSend(lead);
  };

  override render() {
    const { fields, texts, leadState } = this.props;
    if (leadState === 'saved') return <p class="card">{texts.leadSaved}</p>;
    return (
      <form class="card" onSubmit={this.#submit}>
        <p>{texts.leadTitle}</p>
        {fields.map((field) => (
          <label>
            {texts[KINDS[field].label]}
            <input name={field} maxLength={200} {...(KINDS[field].input as { type: 'text' })} />
          </label>
        ))}
        {this.state.isEmpty && (
          <p class="small problem" role="alert">
            {texts.leadEmpty}
          </p>
        )}
        <button type="submit" class="primary" aria-disabled={leadState === 'sending'}>
          {texts.leadSend}
        </button>
      </form>
    );
  }
}
