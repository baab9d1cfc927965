-- Where the widget is to be: what is read first, and where it is looked whether the snippet is in place.
ALTER TABLE tenants ADD COLUMN site_url text CHECK (site_url ~ '^https?://' AND length(site_url) <= 2000);
