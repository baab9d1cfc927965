-- Of each entry the newest 200 versions are kept, as many as are listed. A page that shows a counter and is read every hour
-- made a version each time, for ever; so many are eight days of such a page, and of what people write by hand all there is.
CREATE OR REPLACE FUNCTION keep_knowledge_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_catalog AS $$
BEGIN
  INSERT INTO knowledge_versions (tenant_id, knowledge_id, version, format, title, content, url)
  VALUES (NEW.tenant_id, NEW.id, NEW.version, NEW.format, NEW.title, NEW.content, NEW.url);
  DELETE FROM knowledge_versions WHERE tenant_id = NEW.tenant_id AND knowledge_id = NEW.id AND version <= NEW.version - 200;
  RETURN NULL;
END
$$;
