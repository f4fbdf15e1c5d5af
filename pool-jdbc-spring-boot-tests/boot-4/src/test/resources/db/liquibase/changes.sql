--liquibase formatted sql

--changeset shop:1
create table basket (id bigint generated always as identity primary key, item varchar(40));
grant select, insert on basket to public;

--changeset shop:2
insert into basket (item) values ('first');
