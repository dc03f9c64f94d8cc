package journey

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oauth1d/provider/adminapi"
)

// TestWalk opens every page in every state, once in a browser with JavaScript
// and once in one without, and compares what a screen reader is told and what is
// to be seen with the files in provider/pages/testdata/browser. The pages have
// been to axe by then.
//
// Consumer, application, daemon and the administrators' pages have a host name
// each and no ports, so that nothing on a picture changes from run to run.
//
// -update writes the files. OAUTH1D_SCENARIO runs the scenarios only whose name
// that regular expression finds.
func TestWalk(t *testing.T) {
	chromium := need(t, "chromium")
	need(t, "node")
	for _, part := range []string{"playwright-core", "axe-core"} {
		if _, err := os.Stat(filepath.Join("testdata/node/node_modules", part)); err != nil {
			missing(t, "the npm package "+part)
		}
	}
	rounds := []street{openStreet(t, "with JavaScript", ""), openStreet(t, "without JavaScript", "-nojs")}
	rounds[0].JavaScript = true
	hosts := map[string]string{}
	for _, s := range rounds {
		maps.Copy(hosts, s.hosts)
	}
	var rules []string
	for _, name := range slices.Sorted(maps.Keys(hosts)) {
		rules = append(rules, fmt.Sprintf("MAP %s %s", name, hosts[name]))
	}
	for _, r := range runScripts(t, "walk.mjs", map[string]any{"chromium": chromium, "rules": strings.Join(rules, ", "), "rounds": rounds}) {
		t.Run(r.Round+"/"+r.Name, func(t *testing.T) {
			t.Logf("%d ms", r.MS)
			if r.Failure != "" {
				t.Error(r.Failure)
			}
		})
	}
	golden := &album{dir: "../../provider/pages/testdata/browser", known: map[string]bool{}}
	for _, s := range rounds {
		t.Run("looks/"+s.Name, func(t *testing.T) { golden.compare(t, s.Out, s.JavaScript) })
	}
	if os.Getenv("OAUTH1D_SCENARIO") == "" && !t.Failed() {
		golden.stale(t)
	}
}

// A street is what lies around the daemons of a round, as the scripts read it.
// Public is for users and has scopes; Gate asks the application who is there and
// has none; Fresh has just been installed; Office has something on every page of
// the administration.
type street struct {
	Name       string            `json:"name"`
	Base       string            `json:"base"`
	Admin      string            `json:"admin"`
	Consumer   string            `json:"consumer"`
	Control    string            `json:"control"`
	Gate       place             `json:"gate"`
	Fresh      place             `json:"fresh"`
	Office     place             `json:"office"`
	App        string            `json:"app"`
	Users      map[string]string `json:"users"`
	Token      string            `json:"token"`
	Out        string            `json:"out"`
	JavaScript bool              `json:"javaScript"`

	suffix string            // of the domains
	hosts  map[string]string // what a name stands for, host:port
}

// A place is a daemon.
type place struct {
	Base     string `json:"base"`
	Admin    string `json:"admin"`
	Consumer string `json:"consumer"`
	Control  string `json:"control"`
}

func openStreet(t *testing.T, name, suffix string) street {
	t.Helper()
	s := street{
		Name: name, suffix: suffix, App: "https://app.lighthouse" + suffix + ".test", Token: administratorsToken, Out: t.TempDir(), hosts: map[string]string{},
		Users: map[string]string{"ada": adaPassword, "grace": gracePassword, "boss": "the boss of it all"},
	}
	public := s.build(t, "auth", walkScopes+"\nregistry:\n  proposals: users\n")
	furnishPublic(t, public)
	s.Base, s.Admin, s.Consumer, s.Control = public.Base, public.Admin, public.Consumer, public.Control

	outside, inside := newApplication(t)
	s.hosts[strings.TrimPrefix(s.App, "https://")] = outside.Listener.Addr().String()
	gate := s.build(t, "gate", fmt.Sprintf(applicationKnows, inside.URL, s.App))
	gate.consumer(t, "printer", adminapi.NewConsumer{Name: "Photo Printer", Callbacks: []string{gate.Consumer + "/ready"}})
	s.Gate = gate.place
	fresh := s.build(t, "new", "tokens:\n  request_ttl: 1s\n")
	s.Fresh = fresh.place
	office := s.build(t, "office", walkScopes)
	furnishOffice(t, office)
	s.Office = office.place
	return s
}

// applicationKnows has the application asked who is there.
const applicationKnows = `signin:
  backend: application
  application:
    url: %s/whoami
    login_url: %s/login
    user_path: user
    groups_path: groups
`

// walkScopes are what the consumers of the walk may ask for.
const walkScopes = `policy:
  scopes:
    - name: albums
      title: See your albums
      titles: [{lang: de, title: Ihre Alben ansehen}, {lang: ar, title: عرض ألبوماتك}]
      detail: Those of friends, too, if they share them.
      default: true
      allow: ["GET,HEAD /albums/**"]
    - name: comments
      title: Comment in your name
      titles: [{lang: de, title: In Ihrem Namen kommentieren}, {lang: ar, title: التعليق باسمك}]
      default: true
      allow: ["POST /comments"]
    - name: delete
      title: Delete your photos
      titles: [{lang: de, title: Ihre Fotos löschen}, {lang: ar, title: حذف صورك}]
      detail: What is deleted cannot be brought back.
      risky: true
      default: true
      allow: ["DELETE /photos/**"]
`
