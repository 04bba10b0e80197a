package org.lumenyard.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lumenyard.agent.Story.report;
import static org.lumenyard.agent.Story.start;
import static org.lumenyard.agent.Story.startIn;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lumenyard.protocol.AgentMessage.Facts;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.ServerMessage.Acknowledged;
import org.lumenyard.protocol.ServerMessage.Kill;
import org.lumenyard.protocol.ServerMessage.Revoke;

final class AgentStoriesTest {
    private static final Identity KNOWN = new Identity("farm", 5, 3, 7);

    @Nested
    final class Joining {
        @Test
        void aNewAgentSaysThatItCouldNotSweep() {
            var story = new Story(Identity.NEW, List.of());
            story.happens(new Event.Begun(), new Event.FactsFound(Story.MACHINE)).connects();

            assertThat(story.done()).containsExactly("connect");
            assertThat(story.hello().lived()).isZero();
            assertThat(story.hello().incarnation()).isZero();
        }

        @Test
        void anAgentThatHasANameSweepsBeforeItConnects() {
            var story = new Story(KNOWN, List.of());
            story.happens(new Event.Begun(), new Event.FactsFound(Story.MACHINE));
            assertThat(story.done()).containsExactly("sweep");

            story.happens(new Event.Swept()).connects();

            assertThat(story.hello().lived()).isPositive();
            assertThat(story.hello().node()).isEqualTo(5);
            assertThat(story.hello().incarnation()).isZero();
        }

        @Test
        void noWorkBeginsBeforeTheNameIsOnDisk() {
            var story = new Story(Identity.NEW, List.of());
            story.happens(new Event.Begun(), new Event.FactsFound(Story.MACHINE)).connects();
            story.isWelcomed(3).hears(start(11, 0, 1));
            assertThat(story.done()).doesNotContain("start 11");
            assertThat(story.lastHeartbeat().room()).isZero();

            story.happens(new Event.NotRemembered(story.core.identity(), "disk full"))
                    .passes(5_000);
            assertThat(story.done()).doesNotContain("start 11").endsWith("remember");
            assertThat(story.reported())
                    .as("another node may have it")
                    .containsExactly("1 changed", "2 interrupted 11 never_started");

            story.remembers();
            story.hears(start(12, 0, 1));
            assertThat(story.core.activeRuns()).containsExactly(12L);
        }

        @Test
        void aServerWhoseReignIsOverIsNotObeyed() {
            var story = Story.living().serverRestarts().connects().isWelcomed(3);
            story.losesConnection().connects().forget();

            story.hears(new ServerMessage.Welcome("farm", 5, 3, 7, List.of(), Story.LEASE, 1_000));

            assertThat(story.done()).containsExactly("disconnect", "connect");
            assertThat(story.core.isJoined()).isFalse();
        }

        @Test
        void whatAFormerConnectionBringsIsNotHeard() {
            var story = Story.living();
            story.losesConnection().connects().isWelcomed(3).forget();

            story.happens(new Event.Received(1, start(11, 0, 1)));

            assertThat(story.done()).isEmpty();
        }

        @Test
        void anotherFarmIsJoinedAsANewcomer() {
            var story = new Story(KNOWN, List.of(report(11, "done")));
            story.happens(new Event.Begun(), new Event.FactsFound(Story.MACHINE), new Event.Swept())
                    .connects();

            story.hears(new ServerMessage.Refused("other_farm", "")).connects();

            assertThat(story.hello().farm()).isEmpty();
            assertThat(story.hello().node()).isZero();
            assertThat(story.hello().lived()).isZero();
            assertThat(story.hello().runs()).isEmpty();
        }

        @Test
        void aSilentServerIsAskedAnew() {
            var story = Story.living();
            story.passes(Policy.USUAL.silenceMillis());

            assertThat(story.done()).containsExactly("disconnect", "connect");
        }

        @Test
        void newFactsAreReportedOnce() {
            var story = Story.living();
            var more = new Facts("r01", "m1", "b1", "pid:[1]", Map.of(), Map.of(), "2", Map.of());

            story.happens(new Event.FactsFound(more), new Event.FactsFound(more));

            assertThat(story.reported()).containsExactly("1 changed");
        }
    }

    @Nested
    final class Working {
        @Test
        void aResultIsSpooledThenPublishedThenReportedAndKeptUntilAcknowledged() {
            var story = Story.living().begins(11).forget();

            story.finishes(11);
            assertThat(story.done()).containsExactly("spool 11");
            story.happens(new Event.Spooled(11));
            assertThat(story.done()).containsExactly("spool 11", "publish 11");
            assertThat(story.reported()).isEmpty();
            story.happens(new Event.Published(11));
            assertThat(story.reported()).containsExactly("2 done 11");

            story.forget().hears(new Acknowledged(2));
            assertThat(story.done()).containsExactly("forget 11");
        }

        @Test
        void anOrderThatIsRepeatedBeginsNothingAgain() {
            var story = Story.living().begins(11).hears(start(11, 0, 1)).finishes(11);
            story.hears(start(11, 0, 1)).happens(new Event.Spooled(11), new Event.Published(11));
            story.hears(start(11, 0, 1), new Acknowledged(9), start(11, 0, 1));

            assertThat(story.done()).containsOnlyOnce("start 11");
        }

        @Test
        void severalRunsLiveSideBySide() {
            var story = Story.living().begins(11, 12, 13);

            assertThat(story.core.activeRuns()).containsExactly(11L, 12L, 13L);
            assertThat(story.reported())
                    .containsExactly("1 started 11", "2 started 12", "3 started 13");
        }

        @Test
        void theNextOfASlotBeginsWithTheLastOnesEndBeforeTheServerHasHeardOfIt() {
            var story = Story.living().begins(11).hears(startIn(11, 12), startIn(11, 13)).forget();
            assertThat(story.done()).isEmpty();

            story.finishes(11);
            assertThat(story.done()).containsExactly("spool 11", "start 12");
            story.happens(new Event.RunBegan(12)).finishes(12);
            assertThat(story.done())
                    .containsExactly("spool 11", "start 12", "spool 12", "start 13");
        }

        @Test
        void theNextOfASlotWaitsForTheLastProcessOfAKilledOne() {
            var story = Story.living().begins(11).hears(startIn(11, 12)).forget();

            story.hears(new Kill(11, "cancelled"));
            assertThat(story.done()).containsExactly("kill 11");
            story.happens(new Event.RunEnded(report(11, "failed")));
            assertThat(story.done()).containsExactly("kill 11", "spool 11", "start 12");
        }

        @Test
        void whatIsWantedBackAndHasNotBegunNeverBegins() {
            var story = Story.living().begins(11).hears(startIn(11, 12), startIn(11, 13));

            story.hears(new Revoke(12), new Revoke(12));
            assertThat(story.reported())
                    .containsExactly("1 started 11", "2 interrupted 12 never_started");
            story.forget().finishes(11);
            assertThat(story.done()).containsExactly("spool 11", "start 13");
        }

        @Test
        void whatIsWantedBackAndHasBegunGoesOn() {
            var story = Story.living().begins(11).forget();

            story.hears(new Revoke(11));
            assertThat(story.done()).isEmpty();
            assertThat(story.reported()).isEmpty();
        }

        @Test
        void aKilledRunEndsByOrderWhateverItsProgramSays() {
            var story = Story.living().begins(11).forget();

            story.hears(new Kill(11, "cancelled"), new Kill(11, "cancelled"));
            assertThat(story.done()).containsExactly("kill 11");
            assertThat(story.reported()).isEmpty();

            story.happens(
                    new Event.RunEnded(report(11, "failed")),
                    new Event.Spooled(11),
                    new Event.Published(11));
            assertThat(story.reported()).containsExactly("2 interrupted 11 cancelled");
        }

        @Test
        void aRunThatWasFinishedWhenTheKillCameIsFinished() {
            var story = Story.living().begins(11).finishes(11).forget();

            story.hears(new Kill(11, "cancelled"))
                    .happens(new Event.Spooled(11), new Event.Published(11));

            assertThat(story.done()).containsExactly("publish 11");
            assertThat(story.reported()).containsExactly("2 done 11");
        }

        @Test
        void aRunThatIsNotThereIsReportedAsNeverStartedAndStaysSo() {
            var story = Story.living();

            story.hears(new Kill(11, "revoked"), start(11, 0, 1), new Kill(11, "revoked"));

            assertThat(story.reported()).containsExactly("1 interrupted 11 never_started");
            assertThat(story.done()).isEmpty();
        }

        @Test
        void aFileThatGetsNoNameFailsItsRun() {
            var story = Story.living().begins(11).finishes(11);
            story.happens(
                    new Event.Spooled(11), new Event.NotPublished(11, "output_folder", "No."));

            assertThat(story.reported()).contains("2 failed 11 output_folder");
            assertThat(story.done()).contains("discard 11");
        }

        @Test
        void progressIsSaidAtMostOnceASecond() {
            var story = Story.living().begins(11).passes(1_000).forget();
            for (int i = 1; i <= 30; i++) {
                story.happens(new Event.RunProgressed(11, i / 40.0, "sample " + i)).passes(100);
            }

            var said =
                    story.said().stream()
                            .map(String::valueOf)
                            .filter(text -> text.contains("sample"))
                            .toList();
            assertThat(said).hasSize(3);
            assertThat(said.getLast()).contains("sample 30");
        }
    }

    @Nested
    final class ServerAway {
        @Test
        void workGoesOnAndUnacknowledgedReportsAreSaidAgainInTheirOrder() {
            var story = Story.living().begins(11, 12).hears(new Acknowledged(1)).serverRestarts();
            story.finishes(11).happens(new Event.Spooled(11), new Event.Published(11)).forget();

            story.connects();
            assertThat(story.hello().incarnation()).isEqualTo(3);
            assertThat(story.hello().runs()).containsExactly(11L, 12L);
            story.isWelcomed(3, 11L, 12L);

            assertThat(story.reported()).containsExactly("2 started 12", "3 done 11");
            assertThat(story.core.activeRuns()).containsExactly(12L);
        }

        @Test
        void aRunThatTheServerNoLongerKnowsIsEndedAndCountsForNothing() {
            var story =
                    Story.living().begins(11).serverRestarts().connects().isWelcomed(3).forget();
            story.finishes(11);

            assertThat(story.done()).containsExactly("discard 11", "forget 11");
            assertThat(story.reported()).isEmpty();
        }

        @Test
        void aResultOfAnUnknownRunIsNotPublished() {
            var story = Story.living().begins(11).finishes(11).losesConnection();
            story.connects().isWelcomed(3).forget();

            story.happens(new Event.Spooled(11));

            assertThat(story.done()).containsExactly("discard 11", "forget 11");
        }
    }

    @Nested
    final class Leases {
        @Test
        void theLeaseIsCountedFromWhenTheHeartbeatWasSent() {
            var story = Story.living();
            story.passes(2_000).forget();
            long sentAt = story.now();
            story.passes(900).hears(new ServerMessage.Beat(sentAt, 7));

            assertThat(story.core.leaseEndsAt()).isEqualTo(sentAt + Story.LEASE);
            assertThat(story.wanted(Action.RenewLease.class))
                    .containsExactly(new Action.RenewLease(sentAt + Story.LEASE));
        }

        @Test
        void anAcknowledgementFromTheFutureLengthensNothing() {
            var story = Story.living();
            long before = story.core.leaseEndsAt();

            story.hears(new ServerMessage.Beat(story.now() + 1, 7));

            assertThat(story.core.leaseEndsAt()).isEqualTo(before);
        }

        @Test
        void whenTheLeaseEndsAllWorkIsEndedAndANewLifeBegins() {
            var story = Story.living().begins(11).hears(start(12, 40, 1)).losesConnection();
            story.happens(new Event.InstanceBegan(40)).forget();

            story.passes(Story.LEASE);
            assertThat(story.done())
                    .startsWith("disconnect", "kill 11", "kill 12")
                    .doesNotContain("sweep");
            assertThat(story.core.isLiving()).isFalse();

            story.happens(
                    new Event.RunEnded(report(11, "interrupted")),
                    new Event.InstanceEnded(40),
                    new Event.RunEnded(report(12, "interrupted")),
                    new Event.Spooled(11),
                    new Event.Spooled(12));
            assertThat(story.done()).endsWith("sweep");

            story.forget().happens(new Event.Swept()).connects();
            assertThat(story.hello().incarnation()).isZero();
            assertThat(story.hello().lived()).isPositive();
            story.forget().isWelcomed(4);
            assertThat(story.core.isLiving()).isTrue();
            assertThat(story.reported()).isEmpty();
        }

        /** It was the server that was away: nobody failed, and nothing died. */
        @Test
        void whatTheLeasesEndStoppedIsToldAsInterruptedInTheNextLife() {
            var story = Story.living().begins(11, 12).losesConnection();
            story.passes(Story.LEASE)
                    .happens(
                            new Event.RunEnded(report(11, "failed")),
                            new Event.RunEnded(report(12, "failed")));
            assertThat(story.done()).contains("spool 11", "spool 12").doesNotContain("sweep");
            story.happens(new Event.Spooled(11), new Event.Spooled(12));
            assertThat(story.done()).endsWith("sweep");

            story.forget().happens(new Event.Swept()).connects();
            assertThat(story.hello().runs()).containsExactly(11L, 12L);

            story.forget().isWelcomed(4, 11L).happens(new Event.Published(11));
            assertThat(story.reported()).containsExactly("1 interrupted 11 lease_ended");
            assertThat(story.done())
                    .as("what was given away counts for nothing")
                    .contains("discard 12", "forget 12");
        }

        @Test
        void whatWasFinishedAsTheLeaseEndedIsDoneAnew() {
            var story = Story.living().begins(11).losesConnection().passes(Story.LEASE).forget();

            story.finishes(11);

            assertThat(story.done()).contains("discard 11", "forget 11").doesNotContain("spool 11");
        }

        @Test
        void anAgentThatWasFrozenBeyondItsLeaseObeysNothingThatWaitedForIt() {
            var story = Story.living().begins(11);
            long sentAt = story.now();
            story.happens(new Event.Woke()).forget();

            story.passes(Story.LEASE).hears(new ServerMessage.Beat(sentAt, 7), start(12, 0, 1));

            assertThat(story.done())
                    .startsWith("disconnect", "kill 11")
                    .doesNotContain("start 12", "renew");
        }

        @Test
        void aFencedLifeIsOver() {
            var story = Story.living().begins(11).forget();
            story.hears(new ServerMessage.Fenced(2, "of another life"));
            assertThat(story.done()).isEmpty();

            story.hears(new ServerMessage.Fenced(3, "lost"));
            assertThat(story.done()).containsExactly("disconnect", "kill 11");
        }

        @Test
        void aLifeThatTheServerRefusesIsOver() {
            var story = Story.living().begins(11).losesConnection().connects().forget();

            story.hears(new ServerMessage.Refused("stale_incarnation", ""));

            assertThat(story.done()).containsExactly("disconnect", "kill 11");
        }

        @Test
        void aPublicationThatCameTooLateForAnOldLeaseIsTriedUnderTheNewOne() {
            var story = Story.living().begins(11).finishes(11).happens(new Event.Spooled(11));
            story.passesInTouch(5_000).forget();

            story.happens(new Event.PublishedTooLate(11));

            assertThat(story.wanted(Action.Publish.class).getFirst().notAfter())
                    .isEqualTo(story.core.leaseEndsAt());
        }
    }

    @Nested
    final class NextLife {
        private Story joins(Long... known) {
            var story = new Story(KNOWN, List.of(report(11, "done"), report(12, "done")));
            story.happens(new Event.Begun(), new Event.FactsFound(Story.MACHINE), new Event.Swept())
                    .connects();
            assertThat(story.hello().runs()).containsExactly(11L, 12L);
            return story.forget().isWelcomed(4, known);
        }

        @Test
        void aSpooledResultIsPublishedOnlyIfTheServerStillNamesItsRun() {
            var story = joins(12L);

            assertThat(story.done())
                    .contains("publish 12", "discard 11", "forget 11")
                    .doesNotContain("publish 11");
            assertThat(story.reported()).isEmpty();
            story.happens(new Event.Published(12));
            assertThat(story.reported()).containsExactly("1 done 12");
        }

        @Test
        void aResultThatWasReportedButNotAcknowledgedOutlivesItsLife() {
            var story = Story.living().begins(11).finishes(11);
            story.happens(new Event.Spooled(11), new Event.Published(11)).losesConnection();

            story.passes(Story.LEASE).happens(new Event.Swept()).connects();
            assertThat(story.hello().runs()).containsExactly(11L);
            story.forget().isWelcomed(4, 11L).happens(new Event.Published(11));

            assertThat(story.done()).contains("publish 11");
            assertThat(story.reported()).containsExactly("1 done 11");
        }

        @Test
        void aLifeDoesNotEndWhileAFileIsBeingNamed() {
            var story = Story.living().begins(11).finishes(11).happens(new Event.Spooled(11));
            story.passes(Story.LEASE);
            assertThat(story.done()).doesNotContain("sweep");

            story.happens(new Event.PublishedTooLate(11));
            assertThat(story.done()).endsWith("sweep");
        }
    }

    @Nested
    final class FullDisk {
        @Test
        void aResultThatFindsNoRoomStaysInMemoryAndWhatComesIsGivenBack() {
            var story = Story.living().begins(11).finishes(11);
            story.happens(new Event.NotSpooled(11, "no space"), new Event.Published(11));
            assertThat(story.reported())
                    .as("it offers nothing to work with")
                    .contains("2 changed", "3 done 11");

            story.hears(start(12, 0, 1)).passesInTouch(1_000);
            assertThat(story.core.activeRuns()).isEmpty();
            assertThat(story.reported()).contains("4 interrupted 12 never_started");
            assertThat(story.lastHeartbeat().room()).isZero();

            story.passesInTouch(5_000);
            assertThat(story.done()).containsOnlyOnce("try spool");
            story.forget().happens(new Event.SpoolTried(true));
            assertThat(story.done()).containsExactly("spool 11");
            assertThat(story.reported()).containsExactly("5 changed");
            assertThat(story.lastHeartbeat().room()).isPositive();
            story.forget().hears(start(13, 0, 1));
            assertThat(story.done()).containsExactly("start 13");
        }

        @Test
        void whatWaitsForItsTurnIsForAnotherNodeWhenTheDiskIsFull() {
            var story = Story.living().begins(10).finishes(10);
            story.hears(start(11, 40, 1_000), start(12, 40, 1_000)).forget();
            story.happens(new Event.NotSpooled(10, "no space"));
            assertThat(story.reported())
                    .containsExactly("2 changed", "3 interrupted 12 never_started");
            assertThat(story.core.activeRuns()).containsExactly(11L);
        }
    }

    @Nested
    final class Instances {
        @Test
        void anInstanceOutlivesItsRunsAndTakesOneAtATime() {
            var story = Story.living().hears(start(11, 40, 1_000), start(12, 40, 1_000));
            assertThat(story.done()).containsExactly("start 11");

            story.happens(new Event.InstanceBegan(40), new Event.RunBegan(11)).finishes(11);

            assertThat(story.done()).contains("start 12").doesNotContain("end instance 40");
        }

        @Test
        void aRunWaitsForTheDeathOfTheInstanceWhoseMemoryItNeeds() {
            var story =
                    Story.living().hears(start(11, 40, 6_000)).happens(new Event.InstanceBegan(40));
            story.finishes(11).happens(new Event.Spooled(11), new Event.Published(11)).forget();

            story.hears(new ServerMessage.StopInstance(40), start(12, 0, 5_000), start(13, 0, 500));
            assertThat(story.done()).containsExactly("end instance 40", "start 13");

            story.forget().happens(new Event.InstanceEnded(40));
            assertThat(story.done()).containsExactly("start 12");
            assertThat(story.reported()).containsExactly("2 instance 40");
        }

        @Test
        void anInstanceThatNeverCameToLifeIsOverAfterItsRun() {
            var story =
                    Story.living()
                            .hears(start(11, 40, 1))
                            .finishes(11)
                            .happens(new Event.Spooled(11));
            assertThat(story.reported()).isEmpty();

            story.happens(new Event.Published(11));

            assertThat(story.reported()).containsExactly("1 done 11", "2 instance 40");
        }

        @Test
        void anInstanceThatIsNotThereIsReportedAsEnded() {
            var story = Story.living().hears(new ServerMessage.StopInstance(40));

            assertThat(story.reported()).containsExactly("1 instance 40");
        }

        @Test
        void anInstanceIdlesForFiveMinutesAtMost() {
            var story =
                    Story.living()
                            .hears(start(11, 40, 1))
                            .happens(new Event.InstanceBegan(40))
                            .finishes(11);
            story.happens(new Event.Spooled(11), new Event.Published(11));

            story.passesInTouch(299_000);
            assertThat(story.done()).doesNotContain("end instance 40");
            story.passesInTouch(2_000);
            assertThat(story.done()).contains("end instance 40");
        }
    }

    @Nested
    final class Memory {
        @Test
        void aMachineShortOfMemoryGivesUpTheLongestIdleInstance() {
            var story = Story.living().hears(start(11, 40, 1), start(12, 41, 1));
            story.happens(new Event.InstanceBegan(40), new Event.InstanceBegan(41))
                    .finishes(12)
                    .passes(10);
            story.finishes(11).forget();

            story.happens(new Event.HostMeasured(1, 5_000));
            assertThat(story.done()).isEmpty();
            story.happens(new Event.HostMeasured(1, 300), new Event.HostMeasured(1, 300));

            assertThat(story.done()).containsExactly("end instance 41");
        }
    }

    @Nested
    final class Stopping {
        @Test
        void anAgentEndsItsWorkSaysSoAndGoes() {
            var story = Story.living().begins(11).hears(start(12, 40, 1)).forget();
            story.happens(new Event.InstanceBegan(40), new Event.StopAsked());
            assertThat(story.done()).containsExactly("kill 11", "kill 12");

            story.happens(new Event.RunEnded(report(11, "interrupted")), new Event.Spooled(11));
            story.happens(new Event.Published(11), new Event.InstanceEnded(40));
            story.happens(new Event.RunEnded(report(12, "interrupted")), new Event.Spooled(12));
            story.happens(new Event.Published(12)).hears(new Acknowledged(4));
            assertThat(story.reported()).endsWith("5 leaving");

            story.forget().hears(new Acknowledged(5));
            assertThat(story.done()).containsExactly("disconnect", "exit");
        }

        @Test
        void withoutAServerItGoesWhenItsWorkIsOver() {
            var story =
                    Story.living()
                            .begins(11)
                            .losesConnection()
                            .happens(new Event.StopAsked())
                            .forget();

            story.happens(new Event.RunEnded(report(11, "interrupted")), new Event.Spooled(11));
            assertThat(story.done()).doesNotContain("exit");
            story.happens(new Event.Published(11));

            assertThat(story.done()).endsWith("exit");
        }

        @Test
        void itGoesInTimeWhateverHangs() {
            var story = Story.living().begins(11).happens(new Event.StopAsked()).forget();

            story.passes(Policy.USUAL.stopMillis());

            assertThat(story.done()).containsExactly("disconnect", "exit");
        }
    }
}
