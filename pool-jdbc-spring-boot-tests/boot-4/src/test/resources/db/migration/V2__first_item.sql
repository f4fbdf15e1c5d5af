insert into item(name, tags) values ('first', '{a,b}');
