package org.lumenyard.openjd;

/** Reads job templates of the standard's version {@value #VERSION}. */
public final class Template {
    /** The one version that is read. */
    public static final String VERSION = "jobtemplate-2023-09";

    private Template() {}

    /**
     * Reads a template in YAML or JSON.
     *
     * @throws TemplateException with everything that is wrong with it
     */
    public static JobTemplate parse(String text) {
        var problems = new Problems();
        JobTemplate template =
                JobTemplateReader.read(new Place("", DocumentReader.read(text), problems));
        problems.throwIfAny();
        // Without a problem there is a template; the reader answers null only after noting one.
        if (template == null)
            throw new TemplateException(new Problem("", "The template cannot be read"));
        return template;
    }
}
