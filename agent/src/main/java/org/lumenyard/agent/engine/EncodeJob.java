package org.lumenyard.agent.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an encode run is asked for.
 *
 * @param pictures the pictures in the film's order
 * @param rate frames a second, as ffmpeg takes it
 * @param codec which of our codecs
 * @param quality constant rate factor, or -1 for the codec's usual one
 * @param film the film's file
 */
record EncodeJob(List<Path> pictures, String rate, Codec codec, int quality, Path film) {
    private static final int SHOWN_MISSING = 200;

    /** The codecs offered, with their encoder's name and usual constant rate factor. */
    enum Codec {
        H264("libx264", 18, "yuv420p"),
        H265("libx265", 20, "yuv420p"),
        VP9("libvpx-vp9", 28, "yuv420p"),
        AV1("libsvtav1", 28, "yuv420p"),
        PRORES("prores_ks", -1, "yuv422p10le");

        private final String encoder;
        private final int usualQuality;
        private final String pixels;

        Codec(String encoder, int usualQuality, String pixels) {
            this.encoder = encoder;
            this.usualQuality = usualQuality;
            this.pixels = pixels;
        }

        String pixels() {
            return pixels;
        }

        /** The arguments that choose and tune the encoder. */
        List<String> arguments(int quality) {
            var arguments = new ArrayList<>(List.of("-c:v", encoder));
            int factor = quality < 0 ? usualQuality : quality;
            switch (this) {
                case H264 -> arguments.addAll(List.of("-preset", "medium", "-crf", "" + factor));
                // Players of Apple's want this name in the file.
                case H265 -> arguments.addAll(List.of("-crf", "" + factor, "-tag:v", "hvc1"));
                case VP9 ->
                        arguments.addAll(List.of("-crf", "" + factor, "-b:v", "0", "-row-mt", "1"));
                case AV1 -> arguments.addAll(List.of("-crf", "" + factor));
                case PRORES -> arguments.addAll(List.of("-profile:v", "3"));
            }
            return arguments;
        }
    }

    static EncodeJob read(Work work) throws WorkFailed {
        Settings settings = Settings.ofEngine(work, "input", "frames", "rate", "codec", "quality");
        Settings outputs = Settings.of("outputs", work.outputs(), "file");
        Path input = settings.neededPath("input");
        String pattern = String.valueOf(input.getFileName());
        List<Integer> frames = settings.frames("frames");
        if (!Frames.hasPlace(pattern) && frames.size() > 1) {
            throw settings.wrong("input", "a path with #### in the frame number's place");
        }
        Path film = outputs.neededPath("file");
        if (!film.getFileName().toString().contains(".")) {
            throw outputs.wrong("file", "a path whose extension names the container, such as .mp4");
        }
        double rate = settings.number("rate", 0.01, 1000).orElse(24);
        String codec = settings.choice("codec", "h264", "h265", "vp9", "av1", "prores");
        return new EncodeJob(
                pictures(input, pattern, frames),
                rate == Math.rint(rate) ? Long.toString((long) rate) : Double.toString(rate),
                Codec.valueOf(codec.toUpperCase(Locale.ROOT)),
                settings.integer("quality", 0, 63).orElse(-1),
                film);
    }

    /** What the film is called among its step's outputs. */
    String label() {
        return film.getFileName().toString();
    }

    private static List<Path> pictures(Path input, String pattern, List<Integer> frames)
            throws WorkFailed {
        var pictures = new ArrayList<Path>();
        var missing = new ArrayList<Integer>();
        for (int frame : frames) {
            Path picture = input.resolveSibling(Frames.name(pattern, frame));
            pictures.add(picture);
            if (!Files.isRegularFile(picture)) {
                missing.add(frame);
            }
        }
        if (!missing.isEmpty()) {
            String shown = Frames.show(missing.subList(0, Math.min(SHOWN_MISSING, missing.size())));
            String more = missing.size() > SHOWN_MISSING ? " and more" : "";
            throw new WorkFailed(
                    Reason.MISSING_FILE,
                    "%d of %d pictures of %s are missing: frame%s %s%s."
                            .formatted(
                                    missing.size(),
                                    frames.size(),
                                    input,
                                    missing.size() == 1 ? "" : "s",
                                    shown,
                                    more));
        }
        return pictures;
    }
}
