assert new File(basedir, 'build.log').getText('UTF-8').contains('H2 says hello')
