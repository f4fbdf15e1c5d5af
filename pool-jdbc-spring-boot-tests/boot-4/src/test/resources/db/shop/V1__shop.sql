create table purchase (id bigint generated always as identity primary key, item varchar(100) not null);
create table audit (purchase bigint not null, at timestamp not null default now());
grant select, insert on purchase, audit to shop;
