create table item(id serial primary key, name text not null unique, tags text[] not null default '{}');
create table audit(at timestamptz not null default now(), what text not null);
