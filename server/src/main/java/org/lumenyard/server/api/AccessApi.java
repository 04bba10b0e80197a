package org.lumenyard.server.api;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.lumenyard.server.auth.Caller;
import org.lumenyard.server.auth.LoginLinks;
import org.lumenyard.server.auth.Role;
import org.lumenyard.server.auth.Tokens;
import org.lumenyard.store.Token;

/** Tokens, login links and the login itself. */
final class AccessApi {
    record TokenShown(String id, String name, String role, String createdAt) {
        static TokenShown of(Token token) {
            return new TokenShown(
                    Tokens.id(token), token.name(), token.role(), Times.text(token.createdAt()));
        }
    }

    record TokenIssued(String id, String name, String role, String createdAt, String secret) {}

    record Link(String url, String expires) {}

    private final Tokens tokens;
    private final LoginLinks links;

    AccessApi(Tokens tokens, LoginLinks links) {
        this.tokens = tokens;
        this.links = links;
    }

    void createLink(Context ctx) {
        var code = links.create(new Caller(Gate.caller(ctx).name(), Role.ADMIN));
        String url = ctx.scheme() + "://" + ctx.header("Host") + "/login?code=" + code.text();
        String expires = Instant.now().plus(LoginLinks.LIFE).toString();
        Answers.json(ctx, 201, new Link(url, expires));
    }

    /** What a login link opens: the code is used up, and the browser gets a token of its own. */
    void login(Context ctx) {
        Optional<Caller> caller = Requests.text(ctx, "code", 100).flatMap(links::redeem);
        ctx.header("Cache-Control", "no-store").header("Referrer-Policy", "no-referrer");
        if (caller.isEmpty()) {
            // The page says that the link is used up and how to get a fresh one.
            ctx.redirect("/?login=expired");
            return;
        }
        var issued = tokens.issueForBrowser(caller.get());
        var cookie =
                new Cookie(
                        Gate.COOKIE,
                        issued.secret().text(),
                        "/",
                        (int) Tokens.BROWSER_LIFE.toSeconds());
        cookie.setHttpOnly(true);
        cookie.setSameSite(SameSite.STRICT);
        cookie.setSecure(ctx.scheme().equals("https"));
        ctx.cookie(cookie);
        ctx.redirect("/");
    }

    void list(Context ctx) {
        Answers.json(
                ctx, 200, Map.of("items", tokens.list().stream().map(TokenShown::of).toList()));
    }

    void create(Context ctx) {
        Fields fields = Requests.fields(ctx);
        var name = fields.needed("name", fields.text("name", 1, 64));
        var role = fields.needed("role", fields.oneOf("role", Role.class));
        fields.done();
        var issued = tokens.issue(name.orElseThrow(), role.orElseThrow());
        TokenShown shown = TokenShown.of(issued.token());
        var answer =
                new TokenIssued(
                        shown.id(),
                        shown.name(),
                        shown.role(),
                        shown.createdAt(),
                        issued.secret().text());
        Answers.json(ctx, 201, answer);
    }

    void delete(Context ctx) {
        String id = ctx.pathParam("token");
        if (!tokens.revoke(id)) {
            throw Problem.unknown("token", id);
        }
        ctx.status(204);
    }
}
