package signin

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/tg123/go-htpasswd"

	"oauth1d/provider/web"
	"oauth1d/store"
)

// An HTPasswdUser is one line of an htpasswd file. Hash is a secret: whoever has
// it can guess the password at leisure.
type HTPasswdUser struct {
	Name string
	Hash store.Secret
}

// maxHTPasswd is how long an htpasswd file, and a line of it, may be.
const (
	maxHTPasswd     = 16 << 20
	maxHTPasswdLine = 4 << 10
)

// ReadHTPasswd reads what htpasswd(1) writes: name:hash lines, of which the hash is
// bcrypt, apr1 and md5-crypt, sha256-crypt and sha512-crypt, {SSHA} or {SHA}. Its
// error names every line that cannot be taken, and repeats none.
func ReadHTPasswd(r io.Reader) ([]HTPasswdUser, error) {
	var users []HTPasswdUser
	var wrong []error
	seen := map[string]int{}
	lines := bufio.NewScanner(io.LimitReader(r, maxHTPasswd))
	lines.Buffer(nil, maxHTPasswdLine)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		u, err := htpasswdLine(line)
		if first := seen[u.Name]; err == nil && first != 0 {
			err = fmt.Errorf("this user stands in line %d already", first)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		seen[u.Name] = n
		users = append(users, u)
	}
	if err := lines.Err(); err != nil {
		wrong = append(wrong, fmt.Errorf("reading the file: %w", err))
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return users, nil
}

func htpasswdLine(line string) (HTPasswdUser, error) {
	name, hash, found := strings.Cut(line, ":")
	if !found {
		return HTPasswdUser{}, errors.New("expected name:hash")
	}
	// Some tools write more fields, which say nothing about the password.
	hash, _, _ = strings.Cut(hash, ":")
	var shown *web.Error
	if err := checkName(name); errors.As(err, &shown) {
		return HTPasswdUser{}, errors.New(shown.Sentence)
	}
	if _, err := parseImported(hash); err != nil {
		return HTPasswdUser{}, err
	}
	return HTPasswdUser{Name: name, Hash: store.Secret(hash)}, nil
}

// An imported hash is one that another program made. It is replaced by one of ours
// when its user signs in.
type imported struct{ encoded htpasswd.EncodedPasswd }

func (i imported) matches(password store.Secret) bool {
	return i.encoded.MatchesPassword(password.Reveal())
}

// How costly an imported hash may be to check: a sign-in must not keep a processor
// for seconds.
const (
	maxBcryptCost  = 14
	maxCryptRounds = 200_000
)

var (
	bcryptCost  = regexp.MustCompile(`^\$2[abxy]\$(\d\d)\$`)
	cryptRounds = regexp.MustCompile(`^\$[56]\$rounds=(\d{1,9})\$`)
)

// parseImported reads a hash. What it does not know, such as a password in the
// clear or the crypt of old, is refused: whoever kept it so has to choose anew.
func parseImported(hash string) (imported, error) {
	if m := bcryptCost.FindStringSubmatch(hash); m != nil {
		if cost, err := strconv.Atoi(m[1]); err != nil || cost > maxBcryptCost {
			return imported{}, fmt.Errorf("this bcrypt hash has cost %s; at most %d is accepted", m[1], maxBcryptCost)
		}
	}
	if m := cryptRounds.FindStringSubmatch(hash); m != nil {
		if rounds, err := strconv.Atoi(m[1]); err != nil || rounds > maxCryptRounds {
			return imported{}, fmt.Errorf("this hash has %s rounds; at most %d are accepted", m[1], maxCryptRounds)
		}
	}
	for _, accept := range []htpasswd.PasswdParser{htpasswd.AcceptBcrypt, htpasswd.AcceptMd5, htpasswd.AcceptCryptSha, htpasswd.AcceptSsha, htpasswd.AcceptSha} {
		encoded, err := accept(hash)
		if err != nil {
			return imported{}, errors.New("the hash is damaged") // the library's error repeats it
		}
		if encoded != nil {
			return imported{encoded}, nil
		}
	}
	return imported{}, errors.New("this is none of the hashes that are understood; make one with: htpasswd -B")
}

// AddHashed makes a user whose password another program has hashed. Its error
// wraps store.ErrExists when the name is taken.
func (u *Users) AddHashed(ctx context.Context, name string, hash store.Secret) (store.User, error) {
	if err := checkName(name); err != nil {
		return store.User{}, err
	}
	if _, err := parseImported(hash.Reveal()); err != nil {
		return store.User{}, &web.Error{Status: http.StatusBadRequest, Title: "This hash cannot be used", Sentence: err.Error(), Code: "password_hash_invalid"}
	}
	return u.add(ctx, store.User{Name: name, Password: hash.Reveal(), Created: u.now().Unix()})
}

// rehash replaces an imported hash by one of ours, now that the password is known.
func (u *Users) rehash(ctx context.Context, user store.User, password store.Secret) (store.User, error) {
	hash, err := u.hasher.hash(ctx, u.cost, password)
	if err != nil {
		return store.User{}, err
	}
	before := user.Password
	return u.change(ctx, user.Name, func(user *store.User) {
		if sameText(user.Password, before) { // or it was changed meanwhile
			user.Password = hash
		}
	})
}
