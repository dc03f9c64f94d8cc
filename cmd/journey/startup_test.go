package journey

import (
	"context"
	"encoding/hex"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A refusedStart is a daemon that must not start.
type refusedStart struct {
	name  string
	wreck func(*testing.T, *daemon)
	code  int
	words []string // that its sentence has
}

var refusedStarts = []refusedStart{
	{"the master key is another one", func(t *testing.T, d *daemon) {
		d.overwrite("master.key", hex.EncodeToString(make([]byte, 32))+"\n")
	}, 3, []string{"master.key", "master key"}},
	{"the master key is cut off", func(t *testing.T, d *daemon) { d.truncate("master.key", 20) }, 3, []string{"master.key", "64 hexadecimal digits"}},
	{"the master key is empty", func(t *testing.T, d *daemon) { d.truncate("master.key", 0) }, 3, []string{"master.key"}},
	{"the master key is missing", func(t *testing.T, d *daemon) { d.remove("master.key") }, 3, []string{"master.key", "no such file"}},
	{"the master key may be read by others", func(t *testing.T, d *daemon) {
		if err := os.Chmod(d.file("master.key"), 0o644); err != nil {
			t.Fatal(err)
		}
	}, 3, []string{"master.key"}},

	{"the database is missing", func(t *testing.T, d *daemon) { d.remove("oauth1d.db") }, 3, []string{"oauth1d.db", "oauth1d init", "db restore"}},
	{"the database is empty", func(t *testing.T, d *daemon) { d.truncate("oauth1d.db", 0) }, 1, []string{"oauth1d.db", "empty", "db restore"}},
	{"the database is cut to half", func(t *testing.T, d *daemon) { d.truncate("oauth1d.db", 16384) }, 1, []string{"oauth1d.db", "db restore"}},
	{"the database is cut within its first page", func(t *testing.T, d *daemon) { d.truncate("oauth1d.db", 100) }, -1, []string{"oauth1d.db", "db restore"}},
	{"the database has lost its meta pages", func(t *testing.T, d *daemon) { d.zero("oauth1d.db", 0, 8192) }, -1, []string{"oauth1d.db", "db restore"}},
	{"the database has lost its data pages", func(t *testing.T, d *daemon) { d.zero("oauth1d.db", 8192, 1<<20) }, -1, []string{"oauth1d.db", "db restore"}},
	{"the database is another program's file", func(t *testing.T, d *daemon) {
		d.overwrite("oauth1d.db", strings.Repeat("SQLite format 3\x00", 4096))
	}, 3, []string{"oauth1d.db", "db restore"}},
	{"the database is another daemon's", func(t *testing.T, d *daemon) { d.take("oauth1d.db") }, 3, []string{"nonces", "another store"}},
	{"the database and the nonce log are another daemon's", func(t *testing.T, d *daemon) { d.take("oauth1d.db", "nonces") }, 3, []string{"master.key", "another"}},
	{"the database is a directory", func(t *testing.T, d *daemon) { d.directory("oauth1d.db") }, -1, []string{"oauth1d.db"}},

	{"the nonce log is missing", func(t *testing.T, d *daemon) { d.remove("nonces") }, 3, []string{"nonces", "db restore"}},
	{"the nonce log is another daemon's", func(t *testing.T, d *daemon) { d.take("nonces") }, 3, []string{"nonces"}},
	{"the nonce log has lost its manifest", func(t *testing.T, d *daemon) { d.remove("nonces/manifest") }, -1, []string{"nonces"}},
	{"the nonce log is cut off", func(t *testing.T, d *daemon) { d.truncate("nonces/000000000001.nonces", 100) }, -1, []string{"nonces"}},

	{"the audit log is a directory", func(t *testing.T, d *daemon) { d.directory("audit.log") }, 1, []string{"audit.log"}},
	{"the audit log is another program's", func(t *testing.T, d *daemon) { d.overwrite("audit.log", "hello\n") }, 1, []string{"audit.log"}},
	{"the audit log is another daemon's", func(t *testing.T, d *daemon) { d.take("audit.log") }, 1, []string{"audit.log"}},

	{"the configuration is missing", func(t *testing.T, d *daemon) { d.remove("oauth1d.yaml") }, 3, []string{"oauth1d.yaml", "no such file"}},
	{"the directory is missing", func(t *testing.T, d *daemon) { d.remove("") }, 3, []string{"oauth1d.yaml", "no such file"}},
	{"the configuration has four mistakes", func(t *testing.T, d *daemon) {
		d.overwrite("oauth1d.yaml", "public_url: \"https://auth.example.test/?x\"\nlistn:\n  public: \"127.0.0.1:1\"\nsignature:\n  timestamp_window: \"5\"\ntokens: {pending_per_consumer: many}\n")
	}, 3, []string{"oauth1d.yaml:1:", "oauth1d.yaml:2:", "listen", "oauth1d.yaml:5:", "oauth1d.yaml:6:"}},
	{"the configuration is no YAML", func(t *testing.T, d *daemon) { d.overwrite("oauth1d.yaml", "public_url: [\n") }, 3, []string{"oauth1d.yaml:"}},
	{"the environment names an unknown key", func(t *testing.T, d *daemon) { d.env = append(d.env, "OAUTH1D_LISTN_PUBLIC=:1") }, 3, []string{"OAUTH1D_LISTN_PUBLIC", "OAUTH1D_LISTEN_PUBLIC"}},

	{"the public port is in use", func(t *testing.T, d *daemon) { occupy(t, d.public) }, 1, []string{"listen.public", "address already in use"}},
	{"the private port is in use", func(t *testing.T, d *daemon) { occupy(t, d.private) }, 1, []string{"listen.private", "address already in use"}},
	{"the socket's directory is missing", func(t *testing.T, d *daemon) {
		d.env = append(d.env, "OAUTH1D_ADMIN_SOCKET="+d.file("nowhere/admin.sock"))
	}, -1, []string{"nowhere/admin.sock"}},
}

// TestRefusesToStart wrecks one thing each, and wants a sentence, the documented
// exit code, nothing made anew and nobody listening.
func TestRefusesToStart(t *testing.T) {
	for _, tt := range refusedStarts {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDaemon(t, "", "")
			tt.wreck(t, d)
			before := d.listing()
			words, code := d.startRefused()
			if code != tt.code && (tt.code != -1 || code != 1 && code != 3) {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if !strings.HasPrefix(words, "oauth1d: ") {
				t.Errorf("its words do not begin with the program's name")
			}
			for _, bad := range []string{"panic", "goroutine ", "listening on " + d.public + " (public)", "Usage"} {
				if strings.Contains(words, bad) {
					t.Errorf("%q is in its words", bad)
				}
			}
			for _, want := range tt.words {
				if !strings.Contains(words, want) {
					t.Errorf("%q is not in its words", want)
				}
			}
			if after := d.listing(); after != before {
				t.Errorf("the directory has changed; got:\n%swant:\n%s", after, before)
			}
			t.Logf("exit %d: %s", code, words)
		})
	}
}

// startRefused serves, and wants the daemon to end by itself.
func (d *daemon) startRefused() (words string, code int) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "serve", "-c", d.file("oauth1d.yaml"))
	cmd.Env = append(append(environ(), "OAUTH1D_LISTEN_PUBLIC="+d.public, "OAUTH1D_LISTEN_PRIVATE="+d.private), d.env...)
	out, err := cmd.CombinedOutput()
	if err == nil || ctx.Err() != nil {
		d.t.Fatalf("the daemon started: %v\n%s", err, out)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// listing names every file, and says more of those that a start must not touch.
func (d *daemon) listing() string {
	var b strings.Builder
	filepath.Walk(d.dir, func(path string, info os.FileInfo, err error) error {
		switch {
		case err != nil || info.Name() == "lock":
		case info.Name() == "oauth1d.db" || info.Name() == "master.key":
			b.WriteString(path + " " + info.ModTime().String() + "\n")
		default:
			b.WriteString(path + "\n")
		}
		return nil
	})
	return b.String()
}

func (d *daemon) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *daemon) remove(name string) { d.must(os.RemoveAll(d.file(name))) }

func (d *daemon) overwrite(name, text string) {
	d.must(os.WriteFile(d.file(name), []byte(text), 0o600))
}

func (d *daemon) truncate(name string, size int64) { d.must(os.Truncate(d.file(name), size)) }

func (d *daemon) directory(name string) {
	d.remove(name)
	d.must(os.Mkdir(d.file(name), 0o700))
}

// zero overwrites a part of a file, without making it longer.
func (d *daemon) zero(name string, from, to int) {
	b, err := os.ReadFile(d.file(name))
	d.must(err)
	clear(b[from:min(to, len(b))])
	d.must(os.WriteFile(d.file(name), b, 0o600))
}

// take puts another daemon's files in the place of ours.
func (d *daemon) take(names ...string) {
	other := newDaemon(d.t, "", "")
	for _, name := range names {
		d.remove(name)
		d.must(os.Rename(other.file(name), d.file(name)))
	}
}

func occupy(t *testing.T, addr string) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
}

// TestReadOnlyDiskAtStart starts on a file system that allows no change.
func TestReadOnlyDiskAtStart(t *testing.T) {
	disk := mountDisk(t, 16<<20)
	d := newDaemonIn(t, filepath.Join(disk.dir, "d"), "", "")
	if err := syscall.Mount("", disk.dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	words, code := d.startRefused()
	if code != 1 || !strings.HasPrefix(words, "oauth1d: ") || !strings.Contains(words, "read-only file system") {
		t.Errorf("exit %d, want 1 and a sentence: %s", code, words)
	}
	if err := syscall.Mount("", disk.dir, "", syscall.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	d.start()
}

// TestSecondDaemon starts one beside another, on the same store and on the same
// audit log. The first must not notice.
func TestSecondDaemon(t *testing.T) {
	first := newDaemon(t, "", "")
	first.start()
	second := &daemon{t: t, dir: first.dir, public: freeAddr(t), private: freeAddr(t)}
	start := time.Now()
	words, code := second.startRefused()
	if took := time.Since(start); code != 5 || took > 3*time.Second || !strings.HasPrefix(words, "oauth1d: ") || !strings.Contains(words, "oauth1d.db") {
		t.Errorf("the same store: exit %d after %s, want 5 within 3s and a sentence: %s", code, took, words)
	}
	third := newDaemon(t, "", "audit: {file: "+first.file("audit.log")+"}")
	if words, code := third.startRefused(); code != 5 || !strings.HasPrefix(words, "oauth1d: ") || !strings.Contains(words, "audit.log") {
		t.Errorf("the same audit log: exit %d, want 5 and a sentence: %s", code, words)
	}
	if resp, err := http.Get("http://" + first.private + "/readyz"); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("the first daemon: %v, %v", resp, err)
	}
	first.cli("", "status")
	for _, command := range [][]string{{"db", "restore", first.file("oauth1d.db")}} {
		if _, words, code := first.try("", append([]string{"-c", first.file("oauth1d.yaml")}, command...)...); code != 5 || !strings.HasPrefix(words, "oauth1d: ") {
			t.Errorf("%v beside a daemon: exit %d, want 5: %s", command, code, words)
		}
	}
	if err := first.stop(); err != nil {
		t.Errorf("stopping the first: %v", err)
	}
}
