import com.google.gson.Gson;
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.*;
import javax.net.ssl.*;
import oauth.signpost.*;
import oauth.signpost.basic.*;
import oauth.signpost.http.HttpParameters;
import oauth.signpost.signature.*;

/** A consumer made of signpost: JSON jobs in, JSON answers out, a line each. */
class SignpostConsumer {
  static class Job {
    String Do, key, secret, signature_method, via, ca, request_token_url, authorize_url, access_token_url, callback;
    String token, token_secret, callback_url, verifier, method, url, body, content_type;
    String[][] query, form;
  }

  public static void main(String[] args) throws Exception {
    Gson gson = new Gson();
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      Map<String, Object> answer = new HashMap<>();
      try {
        Job job = gson.fromJson(line.replaceFirst("\"do\":", "\"Do\":"), Job.class);
        trust(job.ca);
        switch (job.Do) {
          case "request_token": requestToken(job, answer); break;
          case "access_token": accessToken(job, answer); break;
          default: call(job, answer);
        }
      } catch (Throwable e) { // whatever the library does is the answer
        answer.put("error", e.toString());
      }
      out.println(gson.toJson(answer));
    }
  }

  static OAuthConsumer consumer(Job job) {
    OAuthConsumer c = new DefaultOAuthConsumer(job.key, job.secret);
    if (job.signature_method.equals("PLAINTEXT")) c.setMessageSigner(new PlainTextMessageSigner());
    if (job.token != null) c.setTokenWithSecret(job.token, job.token_secret);
    return c;
  }

  static OAuthProvider provider(Job job) {
    OAuthProvider p = new DefaultOAuthProvider(job.request_token_url, job.access_token_url, job.authorize_url);
    p.setOAuth10a(true);
    return p;
  }

  static void requestToken(Job job, Map<String, Object> answer) throws Exception {
    OAuthConsumer c = consumer(job);
    answer.put("url", provider(job).retrieveRequestToken(c, job.callback));
    answer.put("token", c.getToken());
    answer.put("secret", c.getTokenSecret());
  }

  static void accessToken(Job job, Map<String, Object> answer) throws Exception {
    OAuthConsumer c = consumer(job);
    String verifier = job.verifier;
    if (verifier == null) verifier = OAuth.decodeForm(URI.create(job.callback_url).getRawQuery()).getFirst("oauth_verifier", true);
    provider(job).retrieveAccessToken(c, verifier);
    answer.put("token", c.getToken());
    answer.put("secret", c.getTokenSecret());
  }

  static void call(Job job, Map<String, Object> answer) throws Exception {
    OAuthConsumer c = consumer(job);
    String url = job.url;
    if (job.query != null) url += "?" + encode(job.query);
    byte[] body = job.form != null ? encode(job.form).getBytes("UTF-8") : job.body != null ? job.body.getBytes("UTF-8") : new byte[0];
    if (job.form != null) {
      HttpParameters form = new HttpParameters();
      for (String[] p : job.form) form.put(p[0], p[1], true);
      c.setAdditionalParameters(form);
    }
    HttpURLConnection conn = (HttpURLConnection) new URL(url).openConnection();
    conn.setRequestMethod(job.method);
    conn.setInstanceFollowRedirects(false);
    c.sign(conn); // before there is a Content-Type: it looks for the body of a form, which it cannot see
    if (job.form != null) conn.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
    else if (job.content_type != null) conn.setRequestProperty("Content-Type", job.content_type);
    if (body.length > 0) {
      conn.setDoOutput(true);
      try (OutputStream o = conn.getOutputStream()) { o.write(body); }
    }
    answer.put("status", conn.getResponseCode());
    String problem = conn.getHeaderField("X-OAuth1-Problem");
    answer.put("problem", problem == null ? "" : problem);
  }

  static String encode(String[][] pairs) throws Exception {
    StringBuilder b = new StringBuilder();
    for (String[] p : pairs) {
      if (b.length() > 0) b.append('&');
      b.append(URLEncoder.encode(p[0], "UTF-8")).append('=').append(URLEncoder.encode(p[1], "UTF-8"));
    }
    return b.toString();
  }

  static boolean trusting;

  static void trust(String ca) throws Exception {
    if (trusting) return;
    KeyStore ks = KeyStore.getInstance(KeyStore.getDefaultType());
    ks.load(null, null);
    try (InputStream f = Files.newInputStream(Paths.get(ca))) {
      ks.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(f));
    }
    TrustManagerFactory t = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    t.init(ks);
    SSLContext s = SSLContext.getInstance("TLS");
    s.init(null, t.getTrustManagers(), null);
    HttpsURLConnection.setDefaultSSLSocketFactory(s.getSocketFactory());
    trusting = true;
  }
}
