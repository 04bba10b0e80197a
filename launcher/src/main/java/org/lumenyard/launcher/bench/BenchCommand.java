package org.lumenyard.launcher.bench;

import picocli.CommandLine.Command;

/** Measures through a whole farm of its own, in a folder that is removed afterwards. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measure a farm on this machine; see docs/performance.md.",
        subcommands = {
            WarmBench.class,
            DispatchBench.class,
            RecoverBench.class,
            ListsBench.class,
            SubmitBench.class,
            StartBench.class,
            AgentsBench.class,
            EventsBench.class,
            LogsBench.class,
            AgentsProcess.class,
            OnlookerProcess.class,
            FollowersProcess.class,
            RecoveryProcess.class
        })
public final class BenchCommand {}
