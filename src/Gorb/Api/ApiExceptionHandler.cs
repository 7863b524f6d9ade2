using Gorb.Access;
using Gorb.Documents;
using Gorb.Model;
using Gorb.Platform;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Gorb.Api;

/// <summary>Translates exceptions into error answers in GORB's format.</summary>
internal sealed partial class ApiExceptionHandler(IAuditTrail audit, ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var (status, view) = exception switch
        {
            RequestException refused => (Status(refused.Refusal), View(refused)),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (413, TooLarge(context)),
            BadHttpRequestException bad => (bad.StatusCode, new ErrorView(bad.Message, null)),
            IOException { InnerException: OverflowException } => (400, new ErrorView("the request cannot be read: a chunk of the body is too large", null)), // Kestrel's, of a size beyond 32 bits
            _ => (500, new ErrorView("internal error; the daemon's log has the details", null)),
        };
        if (status == StatusCodes.Status500InternalServerError && exception is not RequestException)
        {
            LogUnexpected(exception, context.Request.Method, context.Request.Path, context.TraceIdentifier);
        }

        if (status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer"; // required with 401 (RFC 9110, 15.5.2)
        }

        if (exception is not RequestException { Refusal: Refusal.Late }) // it was made, and is recorded as such
        {
            await RecordAsync(audit, context, status, view);
        }

        await WriteAsync(context, status, view);
        return true;
    }

    /// <summary>Writes the body of error answers that routing makes (404, 405), in the same format.</summary>
    public static Task WriteRoutingErrorAsync(StatusCodeContext context)
    {
        var request = context.HttpContext.Request;
        var status = context.HttpContext.Response.StatusCode;
        var text = status switch
        {
            StatusCodes.Status404NotFound => $"there is nothing at {request.Path}; /docs shows the API (names hold no slashes)",
            StatusCodes.Status405MethodNotAllowed => $"{request.Method} is not possible at {request.Path}; /docs shows the API",
            _ => null,
        };
        return text is null
            ? Task.CompletedTask
            : WriteAsync(context.HttpContext, status, new ErrorView(text, [new ErrorDetail(null, null, text)]));
    }

    /// <summary>Writes a 403 answer in the same format.</summary>
    public static async Task WriteForbiddenAsync(HttpContext context, string text)
    {
        var view = new ErrorView("the request is refused", [new ErrorDetail(null, null, text)]);
        await RecordAsync(context.RequestServices.Get<IAuditTrail>(), context, StatusCodes.Status403Forbidden, view);
        await WriteAsync(context, StatusCodes.Status403Forbidden, view);
    }

    /// <summary>Records the refusal of a request that would have changed something. Reading is not recorded.</summary>
    private static Task RecordAsync(IAuditTrail audit, HttpContext context, int status, ErrorView view) => RequestAuthority.IsChange(context)
        ? audit.RecordAsync(new AuditedRefusal(RequestAuthority.Trace(context), context.Features.Get<Authority>()?.Actor, status, view.Details is [var first, ..] ? $"{(first.Field is { } field ? $"{field}: " : "")}{first.Problem}" : view.Error))
        : Task.CompletedTask;

    private static ErrorView TooLarge(HttpContext context)
    {
        var most = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? JsonRequestBody.MaxBytes;
        return new("the body is too large", [new ErrorDetail(null, null, $"a body may have {most} bytes at most here")]);
    }

    private static ErrorView View(RequestException refused) => new(
        refused.Message,
        [.. refused.Problems.Select(problem => new ErrorDetail(problem.Field, problem.Value?.ToString(), problem.Text, problem.Place?.Line, problem.Place?.Column))]);

    private static int Status(Refusal refusal) => refusal switch
    {
        Refusal.Invalid => StatusCodes.Status400BadRequest,
        Refusal.Unauthenticated => StatusCodes.Status401Unauthorized,
        Refusal.Forbidden => StatusCodes.Status403Forbidden,
        Refusal.TooMany => StatusCodes.Status429TooManyRequests,
        Refusal.NotFound => StatusCodes.Status404NotFound,
        Refusal.Conflict => StatusCodes.Status409Conflict,
        Refusal.Precondition => StatusCodes.Status412PreconditionFailed,
        Refusal.Unavailable => StatusCodes.Status503ServiceUnavailable,
        Refusal.Late => StatusCodes.Status504GatewayTimeout,
        Refusal.StorageFull => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static Task WriteAsync(HttpContext context, int status, ErrorView view)
    {
        context.Response.StatusCode = status;
        RequestId.Show(context);
        return context.Response.WriteAsJsonAsync(view, ApiJson.Plain.ErrorView); // without a token, for then a client that has gone is no error
    }

    [LoggerMessage(3001, LogLevel.Error, "{Method} {Path} (request {Request}) ran into an unexpected error")]
    private partial void LogUnexpected(Exception error, string method, string path, string request);
}
