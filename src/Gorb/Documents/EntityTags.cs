using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Gorb.Model;

namespace Gorb.Documents;

/// <summary>
/// Tags that tell whether the settings of an object have changed since a client read them (RFC 9110, 8.8.3). A tag depends on the settings alone: it is the same after a restart and on every
/// director, and checks and counters do not change it. Masked secrets do not count, so that a tag tells nothing about them; a write that leaves them masked keeps them anyway.
/// </summary>
internal static class EntityTags
{
    /// <summary>Services are immutable, and most are the same objects in the next version of the table.</summary>
    private static readonly ConditionalWeakTable<Service, string> Known = [];

    /// <summary>The tag of a service with all of its backends.</summary>
    public static string Of(Service service) => Known.GetValue(service, static one => Of(ConfigWriter.Write(Table.Empty.With(one))));

    /// <summary>The tag of one backend.</summary>
    public static string Of(Backend backend)
    {
        var members = ConfigWriter.Members(backend);
        members.Add("source", backend.Source);
        return Of(members);
    }

    /// <summary>The tag of a whole table.</summary>
    public static string Of(Table table) => Quote(table.Services.Values.Aggregate(Hash.Begin, static (hash, service) => Hash.Add(Hash.Add(hash, service.Name), Of(service))));

    /// <summary>The tag of what a source declares.</summary>
    public static string OfPart(Table table, string source) => Of(ConfigWriter.WritePart(table, source));

    private static string Of(JsonObject document) => Quote(Hash.Add(Hash.Begin, document.ToJsonString()));

    private static string Quote(ulong hash) => string.Create(CultureInfo.InvariantCulture, $"\"{hash:x16}\"");

    /// <summary>FNV-1a with 64 bits. A cryptographic hash would load OpenSSL into a daemon that may not need it.</summary>
    private static class Hash
    {
        public const ulong Begin = 14695981039346656037;
        private const ulong Prime = 1099511628211;

        /// <summary>Adds a text and its end, so that two texts are not the same as their concatenation.</summary>
        public static ulong Add(ulong hash, string text)
        {
            foreach (var value in Encoding.UTF8.GetBytes(text))
            {
                hash = unchecked((hash ^ value) * Prime);
            }

            return unchecked((hash ^ 0xff) * Prime); // no byte of UTF-8
        }
    }
}
