# A consumer made of ruby-oauth: JSON jobs in, JSON answers out, a line each.

require "json"
require "oauth"
require "oauth/signature/plaintext"

SCHEMES = { "header" => :header, "query" => :query_string, "form" => :body }.freeze

# With RSA-SHA1 the library takes the private key for the consumer's secret.
def secret(job)
  job["signature_method"].start_with?("RSA") ? job["private_key"] : job["secret"]
end

def consumer(job)
  uri = URI.parse(job["request_token_url"])
  OAuth::Consumer.new(
    job["key"], secret(job),
    site: "#{uri.scheme}://#{uri.host}:#{uri.port}",
    request_token_url: job["request_token_url"],
    authorize_url: job["authorize_url"],
    access_token_url: job["access_token_url"],
    signature_method: job["signature_method"],
    scheme: SCHEMES.fetch(job["via"]),
    ca_file: job["ca"]
  )
end

def request_token(job)
  t = consumer(job).get_request_token(oauth_callback: job["callback"])
  { token: t.token, secret: t.secret, url: t.authorize_url }
end

def access_token(job)
  asked = OAuth::RequestToken.new(consumer(job), job["token"], job["token_secret"])
  verifier = job["verifier"] || URI.decode_www_form(URI.parse(job["callback_url"]).query).to_h.fetch("oauth_verifier")
  t = asked.get_access_token(oauth_verifier: verifier)
  { token: t.token, secret: t.secret }
end

# The library takes a form as a Hash, in which a name has one or more values.
def form(pairs)
  pairs.each_with_object({}) { |(name, value), h| (h[name] ||= []) << value }.transform_values { |v| v.size == 1 ? v[0] : v }
end

def call(job)
  url = job["url"]
  url += "?" + URI.encode_www_form(job["query"]) if job["query"]
  method = job["method"].downcase.to_sym
  headers = job["content_type"] ? { "Content-Type" => job["content_type"] } : {}
  body = job["form"] ? form(job["form"]) : job["body"].to_s
  token = OAuth::AccessToken.new(consumer(job), job["token"], job["token_secret"])
  args = %i[get delete].include?(method) ? [headers] : [body, headers]
  r = token.request(method, url, *args)
  { status: r.code.to_i, problem: r["X-OAuth1-Problem"].to_s }
rescue OAuth::Problem => e # it raises what a provider reports
  { status: e.request.code.to_i, problem: e.request["X-OAuth1-Problem"].to_s }
end

JOBS = { "request_token" => :request_token, "access_token" => :access_token, "call" => :call }.freeze

$stdout.sync = true
$stdin.set_encoding(Encoding::UTF_8)
$stdin.each_line do |line|
  job = JSON.parse(line)
  begin
    answer = send(JOBS.fetch(job["do"]), job)
  rescue StandardError => e # whatever the library does is the answer
    answer = { error: "#{e.class}: #{e.message}" }
  end
  puts JSON.generate(answer)
end
