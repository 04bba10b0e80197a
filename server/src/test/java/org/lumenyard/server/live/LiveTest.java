package org.lumenyard.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.lumenyard.core.JobId;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;
import org.lumenyard.core.StepId;
import org.lumenyard.server.live.Follower.News;

class LiveTest {
    private final Live live = new Live();

    private static Keys jobs(long... ids) {
        return new Keys(
                LongStream.of(ids).mapToObj(JobId::new).collect(Collectors.toSet()), Set.of());
    }

    private static Progress progress(long run, double fraction) {
        var of =
                new Run(
                        new RunId(run),
                        new JobId(1),
                        new StepId(2),
                        0,
                        "1",
                        0,
                        new NodeId(3),
                        1,
                        null,
                        new RunId(run),
                        Map.of(),
                        0);
        return new Progress(of, fraction, "");
    }

    @Test
    void whoComesBackIsToldWhatItMissed() throws InterruptedException {
        live.begin(10);
        live.changed(11, jobs(1));
        live.changed(12, jobs(2));
        live.changed(13, jobs(1, 3));
        assertThat(live.follow(11).next(0)).isEqualTo(new News.Changed(13, jobs(1, 2, 3)));
        assertThat(live.follow(13).next(0)).isEqualTo(new News.Silence());
    }

    @Test
    void whoWasAwayTooLongReadsEverythingAgain() throws InterruptedException {
        live.begin(10);
        assertThat(live.follow(9).next(0)).isEqualTo(new News.Reset(10));
        assertThat(live.follow(99).next(0)).isEqualTo(new News.Reset(10));
        for (int i = 0; i <= Live.REMEMBERED; i++) {
            live.changed(11 + i, jobs(i));
        }
        assertThat(live.follow(10).next(0)).isInstanceOf(News.Reset.class);
        assertThat(live.follow(12).next(0)).isInstanceOf(News.Reset.class);
    }

    @Test
    void aSlowClientIsToldEachKeyOnceAndThenOnlyThatThereIsTooMuch() throws InterruptedException {
        live.begin(0);
        Follower follower = live.follow(0);
        for (int i = 1; i <= 500; i++) {
            live.changed(i, jobs(7));
        }
        assertThat(follower.next(0)).isEqualTo(new News.Changed(500, jobs(7)));
        for (int i = 0; i <= Follower.MOST_KEYS; i++) {
            live.changed(501 + i, jobs(i));
        }
        assertThat(follower.next(0)).isInstanceOf(News.Reset.class);
        assertThat(follower.next(0)).isEqualTo(new News.Silence());
    }

    @Test
    void onlyTheLatestProgressIsTold() throws InterruptedException {
        live.begin(0);
        Follower follower = live.follow(0);
        live.progressed(List.of(progress(5, 0.1), progress(6, 0.2)));
        live.progressed(List.of(progress(5, 0.3)));
        var news = (News.Telemetry) follower.next(0);
        assertThat(news.runs()).containsExactlyInAnyOrder(progress(5, 0.3), progress(6, 0.2));
    }

    @Test
    void whetherTheServerTakesChangesIsToldWithoutAnyKey() throws InterruptedException {
        live.begin(7);
        Follower follower = live.follow(7);
        live.farmChanged();
        assertThat(follower.next(0)).isEqualTo(new News.Changed(7, jobs()));
    }

    @Test
    void theEndOfTheServerEndsAllStreams() throws InterruptedException {
        Follower follower = live.follow(-1);
        live.end(Duration.ZERO);
        assertThat(follower.next(10_000)).isEqualTo(new News.Over());
        assertThat(live.follow(-1).next(10_000)).isEqualTo(new News.Over());
    }
}
