package pages

// The files that draw the administration pages.

// Template names the file of the page.
func (AdminOverview) Template() string { return "admin/overview.html" }

// Template names the file of the page.
func (AdminConfirm) Template() string { return "admin/confirm.html" }

// Template names the file of the page.
func (AdminAgain) Template() string { return "admin/again.html" }

// Template names the file of the page.
func (AdminMessage) Template() string { return "admin/message.html" }

// Template names the file of the page.
func (AdminConsumers) Template() string { return "admin/consumers.html" }

// Template names the file of the page.
func (AdminNewConsumer) Template() string { return "admin/newconsumer.html" }

// Template names the file of the page.
func (AdminDetails) Template() string { return "admin/details.html" }

// Template names the file of the page.
func (AdminIncoming) Template() string { return "admin/incoming.html" }

// Template names the file of the page.
func (AdminRights) Template() string { return "admin/rights.html" }

// Template names the file of the page.
func (AdminLimits) Template() string { return "admin/limits.html" }

// Template names the file of the page.
func (AdminTwoLegged) Template() string { return "admin/twolegged.html" }

// Template names the file of the page.
func (AdminRotate) Template() string { return "admin/rotate.html" }

// Template names the file of the page.
func (AdminSecret) Template() string { return "admin/secret.html" }

// Template names the file of the page.
func (AdminTokens) Template() string { return "admin/tokens.html" }

// Template names the file of the page.
func (AdminToken) Template() string { return "admin/token.html" }

// Template names the file of the page.
func (AdminUsers) Template() string { return "admin/users.html" }

// Template names the file of the page.
func (AdminNewUser) Template() string { return "admin/newuser.html" }

// Template names the file of the page.
func (AdminUser) Template() string { return "admin/user.html" }

// Template names the file of the page.
func (AdminRequests) Template() string { return "admin/requests.html" }

// Template names the file of the page.
func (AdminRequest) Template() string { return "admin/request.html" }

// Template names the file of the page.
func (AdminAudit) Template() string { return "admin/audit.html" }

// Template names the file of the page.
func (AdminConfig) Template() string { return "admin/config.html" }
