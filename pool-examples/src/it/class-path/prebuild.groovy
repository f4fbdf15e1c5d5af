// The project consists of what a newcomer copies out of the README, and nothing else.
def readme = new File(readme).getText('UTF-8')
def example = (readme =~ /(?s)```java\n(package example;.*?)```/)[0][1]
def source = new File(basedir, 'src/main/java/example/Example.java')
source.parentFile.mkdirs()
source.setText(example, 'UTF-8')
