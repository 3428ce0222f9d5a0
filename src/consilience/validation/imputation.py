"""Cases of missing data: which of our functions answers to which name?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from consilience.validation.imputation_drawing import (
    chain_convergence,
    imputation_recovery,
    md_flux,
    md_pairs,
    md_pattern,
)
from consilience.validation.imputation_pooling import (
    barnard_rubin_df,
    pooled_alpha,
    pooled_chi2,
    pooled_correlation,
    pooled_likelihood,
    pooled_mean,
    pooled_r2,
    pooled_test,
    pooled_wald,
    rubin_pooling,
    rubin_scalar,
)
from consilience.validation.model import Answer, Case, Statistic


def _under(names: str, statistic: Callable[[Case], Answer]) -> dict[str, Statistic]:
    return dict.fromkeys(names.split(), statistic)


STATISTICS: Final[Mapping[str, Statistic]] = {
    **_under(
        "rubin_pooling rubin_pooling_glm pooled_glm pooled_lm pool_glm pool_lm pool mice_pool"
        " mi_pool mi_pooling mi_glm mi_lm rubin_pooling_poisson rubin_pooling_logistic rubin_pool"
        " rubin_rules rubin_pooling_lm pooled_regression pooled_logistic rubin_pooling_logit",
        rubin_pooling,
    ),
    **_under(
        "rubin_scalar pool_scalar rubin_pooling_scalar pooled_scalar scalar_pooling pool.scalar"
        " rubin_pool_scalar rubin_scalar_pooling scalar_b0 pool_scalar_b0 mi_scalar mi_pool_scalar"
        " scalar_pool rubin_scalar_pool mice_pool_scalar rubin_rules_scalar",
        rubin_scalar,
    ),
    **_under(
        "pooled_wald_D1 pooled_D1 D1 wald_D1 pool_wald pooled_wald mice_D1 mi_D1 pooled_F_D1"
        " pooled_test_D1 mi_wald",
        pooled_wald,
    ),
    **_under(
        "pooled_chi2_D2 pooled_D2 D2 pool_chi2 pooled_chi2 pooled_wald_D2 pooled_chisq_D2"
        " pooled_likelihood_D2 mice_D2 pooled_lr_D2 pooled_lrt_D2 mi_D2 chi2_D2 pooled_test_D2",
        pooled_chi2,
    ),
    **_under(
        "pooled_likelihood_D3 pooled_lr_D3 pooled_lrt_D3 pooled_D3 D3 pooled_likelihood_ratio_D3"
        " pool_likelihood pooled_likelihood pooled_likelihood_ratio likelihood_ratio_D3 lrt_D3"
        " pooled_LR_D3 pooled_LRT_D3 pooled_deviance_D3 mice_D3 pooled_wald_D3"
        " mi_D3 pooled_test_D3",
        pooled_likelihood,
    ),
    **_under("pooled_test pool_test model_comparison_mi pooled_anova", pooled_test),
    **_under(
        "pooled_r2 pooled_r2_adjusted pooled_adjusted_r2 pool_r2 pooled_adj_r2 pooled_r_squared"
        " pool_r_squared pool.r.squared",
        pooled_r2,
    ),
    **_under("pooled_correlation pool_correlation pooled_cor micombine_cor", pooled_correlation),
    **_under("pooled_alpha pool_alpha pooled_cronbach_alpha", pooled_alpha),
    **_under("pooled_mean pool_mean pooled_means rubin_mean", pooled_mean),
    **_under("barnard_rubin barnard_rubin_df pooled_df rubin_df", barnard_rubin_df),
    **_under(
        "md_pattern missing_pattern missing_patterns missing_data_pattern md.pattern", md_pattern
    ),
    **_under("flux md_flux influx_outflux missing_flux fico", md_flux),
    **_under("md_pairs missing_pairs md.pairs", md_pairs),
    **_under("imputation_convergence mice_convergence convergence", chain_convergence),
    **_under(
        "imputation_recovery mar_recovery imputation multiple_imputation pmm_recovery"
        " imputation_mar mi_recovery mar_imputation imputed_mean pmm_imputation norm_imputation"
        " mice_imputation chained_equations fcs_imputation imputation_mar_recovery",
        imputation_recovery,
    ),
}
