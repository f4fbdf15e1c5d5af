// The project consists of what a newcomer copies out of the README: its dependencies and its example.
def readme = new File(readme).getText('UTF-8')
def block = { language -> (readme =~ /(?s)```${language}\n(.*?)```/)[0][1] }
def source = new File(basedir, 'src/main/java/example/Example.java')
source.parentFile.mkdirs()
source.setText(block('java'), 'UTF-8')
// The README names the last version that is published; here it is the one that was built.
def dependencies = block('xml').replaceAll('(?s)(<artifactId>cenote-core</artifactId>\\s*<version>).*?<', '$1' + version + '<')
['pom.xml', 'interpolated-pom.xml'].collect { new File(basedir, it) }.findAll { it.exists() }.each {
    it.setText(it.getText('UTF-8').replace('<!-- the dependencies of the README -->', dependencies), 'UTF-8')
}
// The invoker takes any other answer for a failure.
return true
