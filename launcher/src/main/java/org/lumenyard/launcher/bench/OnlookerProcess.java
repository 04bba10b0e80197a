package org.lumenyard.launcher.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lumenyard.cli.ServerState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A process that reads the list of jobs every 20 ms, as a person's page would at its worst. For
 * each line on its input it answers with the longest time that it waited for an answer since the
 * last line, in nanoseconds, and how often it asked.
 */
@Command(name = "onlooker", hidden = true)
final class OnlookerProcess implements Callable<Integer> {
    private static final long EVERY_MILLIS = 20;

    @Option(names = "--state", required = true)
    Path state = Path.of(".");

    private long longest;
    private long asked;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServerState server = ServerState.read(ServerState.file(state));
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var request =
                HttpRequest.newBuilder(URI.create(server.url() + "/api/v1/jobs?limit=50"))
                        .header("Authorization", "Bearer " + server.token())
                        .build();
        Thread.ofPlatform().daemon().name("onlooker").start(() -> look(http, request));
        while (System.in.read() >= 0) {
            while (System.in.available() > 0) System.in.skipNBytes(System.in.available());
            tell();
        }
        return 0;
    }

    private synchronized void tell() {
        System.out.println(longest + " " + asked);
        longest = 0;
        asked = 0;
    }

    private synchronized void took(long nanos) {
        longest = Math.max(longest, nanos);
        asked++;
    }

    private void look(HttpClient http, HttpRequest request) {
        try {
            while (true) {
                long began = System.nanoTime();
                var answer = http.send(request, BodyHandlers.ofByteArray());
                if (answer.statusCode() != 200)
                    System.err.println("the onlooker was answered " + answer.statusCode());
                took(System.nanoTime() - began);
                Thread.sleep(EVERY_MILLIS);
            }
        } catch (IOException e) {
            System.err.println("the onlooker sees nothing any more: " + e);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }
}
