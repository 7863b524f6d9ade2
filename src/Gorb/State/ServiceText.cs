using Gorb.Model;
using Gorb.Start;

namespace Gorb.State;

/// <summary>The stored form of a service that is written whole.</summary>
/// <param name="Spec">The service without its name and backends.</param>
/// <param name="Backends">The list of its backends.</param>
internal readonly record struct ServiceText(byte[] Spec, byte[] Backends)
{
    /// <summary>Serializes services on all processors, before the transaction. A document may have thousands.</summary>
    public static ServiceText[] Of(IReadOnlyList<Service> services) =>
        [.. ParallelRanges.Run(services.Count, (from, to) => Of(services, from, to)).SelectMany(static texts => texts)];

    private static ServiceText[] Of(IReadOnlyList<Service> services, int from, int to)
    {
        using var text = new JsonText();
        var texts = new ServiceText[to - from];
        for (var i = from; i < to; i++)
        {
            ServiceCodec.Write(text.Begin(), services[i]);
            var spec = text.End().ToArray();
            BackendCodec.WriteList(text.Begin(), services[i]);
            texts[i - from] = new ServiceText(spec, text.End().ToArray());
        }

        return texts;
    }
}
