package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TelltaleTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERROR: Could not check out a license for feature arnold",
                "could not check out license \"vray_node\"",
                "[V-Ray] Could not obtain a license (1007).",
                "Failed to get license: host not reachable",
                "Unable to obtain license: the server is busy",
                "Cannot connect to license server system. (-15,570)",
                "No license available for htoa",
                "error: no licenses available",
                "No licenses could be found to run this application.",
                "A license for nuke_r was not found",
                "License checkout failed for feature Maya",
                "Licensed number of users already reached. (-4,132)",
                "FLEXnet Licensing error:-97,121",
                "FlexNet Licensing error: -4,132. System Error: 2",
                "FLEXlm error -4,132",
                "License error -97: the desired vendor daemon is down",
                "License error: (RLM) All licenses in use (-22)",
                "00:00:01  ERROR   | [rlm] no license for arnold",
                "Your licence has expired.",
                "Redshift: license denied",
                "Invalid license key"
            })
    void aLineOfAProgramWithoutALicence(String line) {
        assertThat(Telltale.of(line).map(Telltale::reason)).contains(Reason.LICENCE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CUDA error: Out of memory in cuMemAlloc(&device_pointer, size) | GPU_OUT_OF_MEMORY",
                "Error: Out of memory in CUDA queue enqueue | GPU_OUT_OF_MEMORY",
                "Error: System is out of GPU memory | GPU_OUT_OF_MEMORY",
                "System is out of GPU and shared host memory | GPU_OUT_OF_MEMORY",
                "CUDA error: out of memory | GPU_OUT_OF_MEMORY",
                "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB | GPU_OUT_OF_MEMORY",
                "HIP error: out of memory in hipMalloc | GPU_OUT_OF_MEMORY",
                "Error: Out of memory in HIP queue copy_to_device | GPU_OUT_OF_MEMORY",
                "OptiX error OPTIX_ERROR_DEVICE_OUT_OF_MEMORY in optixAccelBuild | GPU_OUT_OF_MEMORY",
                "hipErrorOutOfMemory returned | GPU_OUT_OF_MEMORY",
                "Rendering failed: out of VRAM | GPU_OUT_OF_MEMORY",
                "Error: Illegal address in CUDA queue synchronize (integrator_shade_surface) | GPU_FAILED",
                "CUDA error: Launch failed in cuCtxSynchronize() | GPU_FAILED",
                "OptiX error OPTIX_ERROR_CUDA_ERROR in optixLaunch, line 640 | GPU_FAILED",
                "terminate called after throwing an instance of 'std::bad_alloc' | OUT_OF_MEMORY",
                "Malloc returns null: len=33177600 in imb_addrectImBuf | OUT_OF_MEMORY",
                "MemoryError: Unable to allocate 3.2 GiB | OUT_OF_MEMORY",
                "fork: Cannot allocate memory | OUT_OF_MEMORY",
                "Out of memory | OUT_OF_MEMORY"
            })
    void memoryOfTheCardIsToldFromMemoryOfTheMachine(String line, Reason reason) {
        assertThat(Telltale.of(line).map(Telltale::reason)).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "License: GPL version 3 or later",
                "This program is licensed under the Apache License",
                "License server: 27000@licences.example",
                "License checked out: arnold",
                "No license information in model.obj",
                "Fra:7 Mem:30.52M (Peak 31.18M) | Time:00:00.10 | Mem:0.00M, Peak:0.00M | Scene | Sample 1/4",
                "Using CUDA device 0",
                "Memory usage: 3 GiB, 12 % of all",
                "scene chip.hip: 12 errors corrected",
                "flexible materials: 3",
                "openjd_status: allocating rooms",
                ""
            })
    void linesThatTellNothing(String line) {
        assertThat(Telltale.of(line)).isEmpty();
    }

    @Test
    void aMissingFileIsCertainOnlyIfItIsNamedAndNotThereAndToBeRead() throws IOException {
        Path missing = folder.resolve("wood (dark).png");
        assertThat(Telltale.of("cat: '" + missing + "': No such file or directory"))
                .map(Telltale::line)
                .contains(missing.toString());
        assertThat(
                        Telltale.of(
                                "FileNotFoundError: [Errno 2] No such file or directory: '"
                                        + missing
                                        + "'"))
                .map(Telltale::line)
                .contains(missing.toString());
        assertThat(Telltale.of(missing + ": No such file or directory"))
                .map(Telltale::reason)
                .contains(Reason.MISSING_FILE);

        assertThat(Telltale.of("cat: textures/wood.png: No such file or directory")).isEmpty();
        assertThat(Telltale.of("touch: cannot touch '" + missing + "': No such file or directory"))
                .isEmpty();
        Files.createFile(missing);
        assertThat(Telltale.of(missing + ": No such file or directory")).isEmpty();
    }

    @Test
    void whatWasSaidLongBeforeTheEndIsForgotten() {
        var death = new Death("The command render");
        death.hear("No license available, trying the next server");
        assertThat(death.telltale()).isPresent();
        for (int i = 0; i < 50; i++) {
            death.hear("bucket " + i);
        }
        assertThat(death.telltale()).isEqualTo(Optional.empty());
        assertThat(death.explain(new Exit(1, 0, 0), "running", "bucket 49").reason())
                .isEqualTo(Reason.PROGRAM_FAILED);
    }

    @Test
    void aCrashIsExplainedByMemoryButNotByAMissingLicence() {
        var crash = new Exit(0, 11, 0);
        var death = new Death("Blender");
        death.hear("No license available");
        assertThat(death.explain(crash, "rendering", "").reason()).isEqualTo(Reason.CRASHED);
        death.hear("Malloc returns null: len=33177600 in imb_addrectImBuf");
        WorkFailed failure = death.explain(crash, "rendering frame 7", "");
        assertThat(failure.reason()).isEqualTo(Reason.OUT_OF_MEMORY);
        assertThat(failure.sentence())
                .isEqualTo(
                        "Blender got no memory while rendering frame 7: Malloc returns null: len=33177600 in imb_addrectImBuf.");
    }
}
