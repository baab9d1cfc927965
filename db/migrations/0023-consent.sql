-- What a visitor has agreed to before anything of theirs was kept, in the words they were shown, and when: the proof of it.

ALTER TABLE conversations
  ADD COLUMN consent_text text CHECK (length(consent_text) <= 600),
  ADD COLUMN consented_at timestamptz,
  ADD CHECK ((consent_text IS NULL) = (consented_at IS NULL));
