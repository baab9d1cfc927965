-- The address within the source that a left out page's text is found at: it has moved there, or calls it its original. The
-- other page takes its place among those that a source may have.
ALTER TABLE source_documents ADD COLUMN instead text CHECK (length(instead) BETWEEN 1 AND 2000);
