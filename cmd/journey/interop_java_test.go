package journey

import (
	"os/exec"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
)

// signpost is the library of Android's first years. It is one file of ours,
// compiled where the tests run.
func signpost() []library {
	return []library{{
		name: "signpost (Debian)", start: startSignpost, vias: []string{"header"}, dances: []string{"header"},
		methods: []string{oauth1.HMACSHA1, oauth1.Plaintext},
		strays: []stray{
			{"an empty value and no value", "", oauth1.ProblemSignatureInvalid, "it signs nothing at all for a name without a value (§3.4.1.3.2)"},
			{"names that repeat in a query", "", oauth1.ProblemSignatureInvalid, "of equal pairs it signs one (§3.4.1.3.2)"},
			{"repeated parameters in a query", "", oauth1.ProblemSignatureInvalid, "of equal pairs it signs one (§3.4.1.3.2)"},
			{"a form whose names repeat", "", oauth1.ProblemSignatureInvalid, "of equal pairs it signs one (§3.4.1.3.2)"},
			{"a form that repeats the query's name", "", oauth1.ProblemSignatureInvalid, "it signs one of the two places only (§3.4.1.3.1)"},
			{"PATCH of JSON", "", gaveUp, "the Java class that sends knows no PATCH"},
		},
	}}
}

func startSignpost(t *testing.T, _ string) func(*testing.T, job) outcome {
	java, javac := need(t, "java"), need(t, "javac")
	classes := t.TempDir()
	path := strings.Join([]string{classes, "/usr/share/java/signpost-core.jar", "/usr/share/java/commons-codec.jar", "/usr/share/java/gson.jar"}, ":")
	build := exec.Command(javac, "-nowarn", "-encoding", "UTF-8", "-cp", path, "-d", classes, "testdata/java/SignpostConsumer.java")
	if out, err := build.CombinedOutput(); err != nil {
		t.Logf("%s", out)
		missing(t, "liboauth-signpost-java and libgoogle-gson-java, with default-jdk-headless")
	}
	return startScript(t, java, "SignpostConsumer", "CLASSPATH="+path)
}
