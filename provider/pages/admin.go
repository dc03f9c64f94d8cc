package pages

import "time"

// The administration pages: admin.go holds what all of them have and the
// overview, adminconsumer.go the consumers, adminpeople.go tokens and users,
// adminlog.go refusals, audit log and configuration. Their templates are in
// templates/admin, their words in messages/admin.<language>.json.

// Admin is what every administration page knows.
type Admin struct {
	User     string // who is signed in; empty for whoever came with the token
	Section  string // its entry in the navigation, such as "consumers"
	Crumbs   []AdminLink
	Done     AdminDone // what has just been done
	Problems []AdminProblem
	SignOut  string // where the button posts

	RequestID string
}

// Frame returns a itself, for whoever has a page that embeds it.
func (a Admin) Frame() Admin { return a }

// An AdminLink leads somewhere. Its text is a name that somebody has chosen, or,
// when that is empty, the words of the Code.
type AdminLink struct {
	URL  string
	Name string
	Code string
	Here bool // it is the page that it stands on
}

// AdminDone says by a code of ours what has just been done, and how often.
type AdminDone struct {
	Code  string
	Count int
}

// An AdminProblem is why a form was not taken. Its text is the admin API's, in
// English; one of ours has a Code instead.
type AdminProblem struct {
	Field string // name of the form's field; empty: the whole of it
	Text  string
	Code  string
	URL   string // where it can be mended; may be empty
}

// Of returns the problems of one field.
func (a Admin) Of(field string) []AdminProblem {
	var of []AdminProblem
	for _, p := range a.Problems {
		if p.Field == field {
			of = append(of, p)
		}
	}
	return of
}

// An AdminForm is where a form posts, and what proves that it was shown to this
// session.
type AdminForm struct {
	ID     string // of a form that can be sent once; else empty
	Action string
	Token  string
}

// An AdminChoice is one of several.
type AdminChoice struct {
	Value  string
	Chosen bool
	URL    string // of a choice that is a link
}

// An AdminCopy is a value that somebody copies from the page.
type AdminCopy struct {
	Code  string // what it is
	Value string
}

// AdminPaging leads through a list.
type AdminPaging struct {
	First string // empty: this is the first page
	Next  string // empty: it is the last
}

// AdminOverview is what is wrong now, and what there is.
type AdminOverview struct {
	Admin
	Ready     bool
	Version   string
	Started   time.Time
	PublicURL string
	Findings  []AdminFinding
	Counts    []AdminCount
	Endpoints []AdminCopy
	Refusals  []AdminRefusalCount
	Steps     []AdminStep // first things to do; none when all are done
}

// An AdminFinding is something that is wrong now, in the admin API's words.
type AdminFinding struct {
	Severity  string // critical, warning or notice
	Code      string
	Sentence  string // in English, when the catalogue has none for the code
	Remedy    string
	Args      map[string]string
	Count     int // of the consumers that it is about
	Consumers []AdminLink
	More      int // consumers beyond those
}

// An AdminCount is how much there is of what.
type AdminCount struct {
	Code  string
	Count int
	URL   string
}

// An AdminRefusalCount is how often requests were refused for one reason.
type AdminRefusalCount struct {
	Problem string
	Count   int
	Latest  time.Time
	URL     string // of the latest one, explained
}

// An AdminStep is one of the first things to do.
type AdminStep struct {
	Code string
	Done bool
	URL  string
}

// AdminConfirm asks before something that cannot be taken back.
type AdminConfirm struct {
	Admin
	What     string // code of the question
	Name     string // of what it is about
	Key      string
	Count    int    // access tokens that it ends
	Consumer string // of whose tokens
	Of       string // user of whose tokens
	Type     string // what must be typed; empty: nothing
	Form     AdminForm
	Back     string
}

// AdminAgain keeps what was typed into a form for somebody whose session has ended.
type AdminAgain struct {
	Admin
	Action string
	Fields []AdminDetail
	SignIn string // opens in another tab
}

// AdminMessage says one thing, such as that a password has been confirmed.
type AdminMessage struct {
	Admin
	What string // code of the message
	Back string
}
