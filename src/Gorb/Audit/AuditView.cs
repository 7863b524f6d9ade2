using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gorb.Documents;

namespace Gorb.Audit;

/// <summary>A line of the audit: a change, or a request for one that was refused.</summary>
/// <param name="Id">Its number, which grows: microseconds since 1970, or one more than the line before.</param>
/// <param name="Time">When.</param>
/// <param name="Actor">Who: a token's name, a user or an address; file, drain or docker-link for the daemon itself; absent when it is not known.</param>
/// <param name="From">From where: an address, or unix with the process id; absent for the daemon itself.</param>
/// <param name="Request">The id of the request (X-Request-Id); absent for the daemon itself.</param>
/// <param name="Method">The method of the request.</param>
/// <param name="Path">The path of the request, with its query.</param>
/// <param name="Source">The source whose wish it is.</param>
/// <param name="Result">ok; refused: nothing was changed; failed: it could not be done.</param>
/// <param name="Status">The status of the answer to a refused or failed request.</param>
/// <param name="Error">Why it was refused or failed.</param>
/// <param name="Changes">What was changed, with the values before and after; secrets are shown as ***.</param>
/// <param name="More">How many objects more were changed, which the audit file names.</param>
/// <param name="Unrecorded">How many refusals before this one have no line, because there were too many at a time.</param>
internal sealed record AuditView(
    long Id, DateTimeOffset Time, string? Actor, string? From, string? Request, string? Method, string? Path, string? Source, string Result,
    int? Status = null, string? Error = null, IReadOnlyList<AuditChange>? Changes = null, int? More = null, long? Unrecorded = null);

/// <summary>One object that was changed.</summary>
/// <param name="Action">add, change or remove; claim and unclaim for what a source declares while another one has it.</param>
/// <param name="Service">The service.</param>
/// <param name="Backend">The backend; absent when it is the service itself.</param>
/// <param name="Token">The token, for a change of tokens.</param>
/// <param name="Members">The members that differ; absent beyond the first 1000 objects of a request.</param>
internal sealed record AuditChange(string Action, string? Service = null, string? Backend = null, string? Token = null, IReadOnlyList<DiffMember>? Members = null);

/// <summary>Writes lines of the audit, each as one line of JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditView))]
[JsonSerializable(typeof(IReadOnlyList<AuditView>))]
internal sealed partial class AuditJson : JsonSerializerContext
{
    /// <summary>Quotes and letters of all scripts are not escaped.</summary>
    public static AuditJson Plain => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
