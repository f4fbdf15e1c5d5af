def log = new File(basedir, 'build.log').getText('UTF-8')
assert log.contains('H2 says hello')
assert !log.contains('SLF4J')
