namespace Gorb.Model.Descriptions;

/// <summary>The members of the sorry backend.</summary>
internal static class SorryDescription
{
    public static Description<SorrySpec> All { get; } = new(
        "SorryBody",
        "With fallback `sorry`: the server that answers while no backend is up. It must not be a backend of the service. "
            + "It is in the kernel only during that time; its connections end when a backend comes back up.",
        [
            new ReaderText<SorrySpec>("host", "Its IP address.", static spec => spec.Address.ToString()) { Default = "required" },
            new ReaderNumber<SorrySpec>("port", "Its port; 0 (each packet's own) for services of all ports and by `fwmark`.", static spec => spec.Port)
            {
                Default = "the service's",
            },
            new ReaderText<SorrySpec>("method", "`nat`, `dr` or `tunnel`.", static spec => KernelWords.Forwarding.Text(spec.Method)) { Default = "`nat`" },
        ]);
}
